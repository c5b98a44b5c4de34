-- SQL Server: takes the lock of a run for as long as the connection lives. A negative answer: another has it. Parameter: its name.
declare @answer int;
exec @answer = sp_getapplock @Resource = ?, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0;
select @answer as answer;
