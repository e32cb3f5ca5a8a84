# The cmdlets live in their own assembly load context, so that their libraries neither disturb another module's nor are
# disturbed by them. Only this small loader is loaded into the session itself.
$bin = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'net8.0')
$null = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($bin, 'HaWeb.Loader.dll'))
$cmdlets = [HaWeb.Loader.HaWebLoadContext]::LoadCmdlets([System.IO.Path]::Combine($bin, 'HaWeb.PowerShell.dll'))
$inner = Import-Module -Assembly $cmdlets -PassThru

# The engine keeps the inner module when this one is removed, and at the next import would find it loaded and export
# nothing (PowerShell issue 20710): so it goes together with this one.
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $inner -Force }
