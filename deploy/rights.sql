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
:setvar ProcapitaSchoolDatabase "PROCAPITA"
:setvar ProcapitaSchoolSchema "PROCAPITA_KJ1"
:setvar ProcapitaRegisterDatabase "PROCAPITA"
:setvar ProcapitaRegisterSchema "KI0"
:setvar ProcapitaGymnasiumDatabase "PROCAPITA"
:setvar ProcapitaGymnasiumSchema "PROCAPITA_KJG"
:setvar ExtensSchoolDatabase "EXTENS"
:setvar ExtensSchoolSchema "dbo"
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


-- The registers, as `make generated` writes them.


-- ProCapita and TED: pre-school and compulsory school.

use [$(ProcapitaSchoolDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0enh] to [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0per] to [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0kla] to [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0plk] to [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0grp] to [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0grm] to [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0ans] to [$(Login)];
grant select on [$(ProcapitaSchoolSchema)].[kj1v0akt] to [$(Login)];
go


-- ProCapita and TED: the population register.

use [$(ProcapitaRegisterDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(ProcapitaRegisterSchema)].[ki0v0fol] to [$(Login)];
go


-- ProCapita and TED: the gymnasium.

use [$(ProcapitaGymnasiumDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(ProcapitaGymnasiumSchema)].[kjgp0sre] to [$(Login)];
grant select on [$(ProcapitaGymnasiumSchema)].[kjgv0per] to [$(Login)];
grant select on [$(ProcapitaGymnasiumSchema)].[kjgp0kla] to [$(Login)];
grant select on [$(ProcapitaGymnasiumSchema)].[kjgp0grp] to [$(Login)];
grant select on [$(ProcapitaGymnasiumSchema)].[kjgp0ekl] to [$(Login)];
grant select on [$(ProcapitaGymnasiumSchema)].[kjgp0evg] to [$(Login)];
grant select on [$(ProcapitaGymnasiumSchema)].[kjgp0pak] to [$(Login)];
go


-- Extens and IST Administration: all school forms.

use [$(ExtensSchoolDatabase)];
if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];
grant select on [$(ExtensSchoolSchema)].[skolenhet] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[person] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[register_epost] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[elevplacering] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[klass] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[klassplacering] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[undervisningsgrupp] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[elevaktivitet] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[personal] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[tjanst] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[samband] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[mentorsgrupp] to [$(Login)];
grant select on [$(ExtensSchoolSchema)].[mentorsgrupp_medlem] to [$(Login)];
go
