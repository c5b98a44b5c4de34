@echo off
rem Runs nattsynk with your arguments, and ends with nattsynk's own exit code:
rem     nattsynk.cmd run --profile D:\nattsynk\sjostad
rem If NATTSYNK_LOG names a folder, all output goes to one file a day there. Files older than 60 days are deleted.
rem There is nothing personal in them. The Task Scheduler's file, nattsynk-task.xml, sets NATTSYNK_LOG.
setlocal
set PYTHONUTF8=1
set "PROGRAM=%~dp0..\.venv\Scripts\nattsynk.exe"
for /f "tokens=2 delims=:." %%p in ('chcp') do set "PAGE=%%p"
chcp 65001 >nul
if defined NATTSYNK_LOG goto log
"%PROGRAM%" %*
set "CODE=%ERRORLEVEL%"
goto end
:log
if not exist "%NATTSYNK_LOG%" mkdir "%NATTSYNK_LOG%"
for /f %%d in ('powershell -NoProfile -Command "Get-Date -Format yyyy-MM-dd"') do set "DAY=%%d"
"%PROGRAM%" %* >> "%NATTSYNK_LOG%\%DAY%.log" 2>&1
set "CODE=%ERRORLEVEL%"
forfiles /p "%NATTSYNK_LOG%" /m *.log /d -60 /c "cmd /c del @path" >nul 2>&1
:end
chcp %PAGE% >nul 2>&1
exit /b %CODE%
