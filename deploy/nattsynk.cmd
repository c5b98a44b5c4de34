@echo off
rem One night of one profile: what the Task Scheduler runs (nattsynk-task.xml). Change the two folders to yours; a copy for each profile.
rem A log file a day, kept for 60 days; there is nothing personal in it.
setlocal
set PROGRAM=C:\nattsynk
set PROFILE=D:\nattsynk\sjostad
if not exist "%PROFILE%\log" mkdir "%PROFILE%\log"
for /f %%d in ('powershell -NoProfile -Command "Get-Date -Format yyyy-MM-dd"') do set DAY=%%d
"%PROGRAM%\.venv\Scripts\nattsynk.exe" run --profile "%PROFILE%" --target sqlserver >> "%PROFILE%\log\%DAY%.log" 2>&1
set CODE=%ERRORLEVEL%
forfiles /p "%PROFILE%\log" /m *.log /d -60 /c "cmd /c del @path" >nul 2>&1
rem Nothing to deliver is no failure.
if %CODE%==10 set CODE=0
exit /b %CODE%
