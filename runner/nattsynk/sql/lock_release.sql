-- SQL Server: gives the lock of a run back at its end, for a pool may keep the connection. Parameter: its name.
exec sp_releaseapplock @Resource = ?, @LockOwner = 'Session';
