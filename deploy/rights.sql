-- Makes nattsynk's own database and its login. The login may do everything in that database and read the tables below. Nothing else.
-- For an administrator of the instance: fill in the names, delete the blocks that you do not need, then run
--     sqlcmd -S SERVER -E -b -i rights.sql
-- or open it in Management Studio (Query > SQLCMD Mode). You may run it again. It takes no right away.
-- Afterwards `nattsynk check --profile DIR --target sqlserver` says whether the rights are enough, and whether they are too many.

:setvar Database "nattsynk"
-- A Windows account or a group managed service account (its name ends in a dollar sign). For an SQL login, make it first:
--     create login nattsynk with password = N'...', check_policy = on;
:setvar Login "KOMMUN\svc-nattsynk"
-- Where the modules are, as in source_location of profile.yml.
:setvar SchoolDatabase "PROCAPITA"
:setvar SchoolSchema "PROCAPITA_KJ1"
:setvar RegisterDatabase "PROCAPITA"
:setvar RegisterSchema "KI0"
:setvar GymnasiumDatabase "PROCAPITA"
:setvar GymnasiumSchema "PROCAPITA_KJG"
:setvar ExtensDatabase "EXTENS"
:setvar ExtensSchema "dbo"
:on error exit


-- Our own database. Outside it this script only makes users and grants, further down.

use [master];
if db_id(N'$(Database)') is null create database [$(Database)];
if suser_id(N'$(Login)') is null create login [$(Login)] from windows;
go

-- Readers do not wait for a night's writing, and the night does not wait for readers.
alter database [$(Database)] set read_committed_snapshot on with rollback immediate;
-- Each night makes most tables again. In the recovery model `full` the log would grow for ever without backups of the log. In `simple` the state
-- is as safe as the last backup of the database. Delete this line if you back up the log.
alter database [$(Database)] set recovery simple;
-- The views over the register read it with the reader's own rights.
alter database [$(Database)] set db_chaining off;
go

use [$(Database)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
alter role [db_owner] add member [$(Login)];
go


-- ProCapita and TED: pre-school and compulsory school.

use [$(SchoolDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0enh] to [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0per] to [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0kla] to [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0plk] to [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0grp] to [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0grm] to [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0ans] to [$(Login)];
grant select on [$(SchoolSchema)].[kj1v0akt] to [$(Login)];
go


-- ProCapita and TED: the population register.

use [$(RegisterDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(RegisterSchema)].[ki0v0fol] to [$(Login)];
go


-- ProCapita and TED: the gymnasium.

use [$(GymnasiumDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(GymnasiumSchema)].[kjgp0sre] to [$(Login)];
grant select on [$(GymnasiumSchema)].[kjgv0per] to [$(Login)];
grant select on [$(GymnasiumSchema)].[kjgp0kla] to [$(Login)];
grant select on [$(GymnasiumSchema)].[kjgp0grp] to [$(Login)];
grant select on [$(GymnasiumSchema)].[kjgp0ekl] to [$(Login)];
grant select on [$(GymnasiumSchema)].[kjgp0evg] to [$(Login)];
grant select on [$(GymnasiumSchema)].[kjgp0pak] to [$(Login)];
go


-- Extens and IST Administration.

use [$(ExtensDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(ExtensSchema)].[skolenhet] to [$(Login)];
grant select on [$(ExtensSchema)].[person] to [$(Login)];
grant select on [$(ExtensSchema)].[register_epost] to [$(Login)];
grant select on [$(ExtensSchema)].[elevplacering] to [$(Login)];
grant select on [$(ExtensSchema)].[klass] to [$(Login)];
grant select on [$(ExtensSchema)].[klassplacering] to [$(Login)];
grant select on [$(ExtensSchema)].[undervisningsgrupp] to [$(Login)];
grant select on [$(ExtensSchema)].[elevaktivitet] to [$(Login)];
grant select on [$(ExtensSchema)].[personal] to [$(Login)];
grant select on [$(ExtensSchema)].[tjanst] to [$(Login)];
grant select on [$(ExtensSchema)].[samband] to [$(Login)];
grant select on [$(ExtensSchema)].[mentorsgrupp] to [$(Login)];
grant select on [$(ExtensSchema)].[mentorsgrupp_medlem] to [$(Login)];
go
