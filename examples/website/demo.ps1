#Requires -Version 7.4
<#
.SYNOPSIS
    Runs the website of this folder on HaWeb, breaks it, and checks that its visitors notice nothing.
.DESCRIPTION
    './build.sh demo' runs it in a lab: four machines on this one, each with a Docker Engine and HaWeb's agent. README.md says
    how to do the same by hand, and on machines of your own.

    The lab sets HAWEB_ENDPOINTS, which Connect-HaCluster reads, and HAWEB_LAB: its own program, which stands here for what one
    does beside a machine: pull its plug, or use its docker.
#>
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$watch = [System.Diagnostics.Stopwatch]::StartNew()
$clock = [System.Diagnostics.Stopwatch]::new()
$folder = $PSScriptRoot
$failures = [System.Collections.Generic.List[string]]::new()
$checks = 0
$result = @()

# Prints a command as one types it, runs that very text, shows what it puts out, and keeps it in $result.
function Step([string] $Command) {
    Write-Host ''
    Write-Host "PS> $Command"
    $script:result = @(& ([scriptblock]::Create($Command)))
    $script:result | Out-Host
}

function Check([string] $Name, [bool] $Holds) {
    $script:checks++
    if ($Holds) {
        Write-Host "  [passed] $Name"
    }
    else {
        $script:failures.Add($Name)
        Write-Host "  [FAILED] $Name"
    }
}

function Title([string] $Text) {
    Write-Host ''
    Write-Host "--- $Text"
}

# What shows that units stayed where they were, and ran through.
function Get-Place {
    (Get-HaUnit nginx@1.service, nginx-loadbalancer.service | ForEach-Object { "$($_.Name) $($_.Machine) $($_.Container)" }) -join ', '
}

function lab {
    & $env:HAWEB_LAB @args
}

# Fetches a page as a visitor does who comes for the first time.
function Get-Page([string] $Url) {
    $http = [System.Net.Http.HttpClient]::new()
    try {
        $http.GetStringAsync($Url).GetAwaiter().GetResult().Trim()
    }
    finally {
        $http.Dispose()
    }
}

# Fetches a page until it is the one expected, for 60 s at most, and says how long that took.
function Wait-Page([string] $Url, [string] $Expected) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while ((Get-Page $Url) -ne $Expected) {
        if ($clock.Elapsed.TotalSeconds -gt 60) {
            throw "$Url did not answer '$Expected' within 60 s."
        }

        Start-Sleep -Milliseconds 50
    }

    '{0} after {1:0.0} s' -f $Expected, $clock.Elapsed.TotalSeconds
}

# Visitors who come all the time, 50 a second, while the next commands run.
function Start-Visitor([string] $Url) {
    $start = [System.Diagnostics.ProcessStartInfo]::new($env:HAWEB_LAB)
    'request', $Url, '--interval', '20', '--count', '30000', '--summary', '--until-input-ends' | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $script:visitors = [System.Diagnostics.Process]::Start($start)
}

# Says how it went for them: '60 requests, 0 failed; ...'
function Stop-Visitor {
    $script:visitors.StandardInput.Close()
    $script:visitors.StandardOutput.ReadToEnd().Trim()
    $script:visitors.WaitForExit()
}

Import-Module (Join-Path $folder '..' '..' 'output' 'HaWeb' 'HaWeb.psd1')

try {
    Title 'Four machines; two web servers and a load balancer from unit files'
    Step 'Connect-HaCluster | Out-Null; Get-HaMachine'
    Check 'four machines are alive' (@($result | Where-Object State -eq 'alive').Count -eq 4)

    Step 'Get-ChildItem $folder -Filter *.service | Import-HaUnit'
    Step 'Start-HaUnit ''nginx@{1,2}.service'''
    Step 'Start-HaUnit nginx-loadbalancer.service'
    Step 'Get-HaUnit'
    Check 'three units are active' (@($result | Where-Object Active -eq 'active').Count -eq 3)
    Check 'each is on a machine of its own' (@($result.Machine | Sort-Object -Unique).Count -eq 3)

    Title 'What is discovered, and what the balancer is told'
    Step 'Get-HaBackend website'
    Check 'both web servers are backends' (($result.Name -join ' ') -eq 'nginx@1 nginx@2')
    Step 'etcdctl get --prefix /services/website/'
    Check 'any tool can read them in etcd' ($result.Count -eq 4 -and $result[0] -eq '/services/website/nginx@1' -and $result[1] -like '10.99.0.*:80')
    Step 'Invoke-HaUnit nginx-loadbalancer.service -Command cat, /etc/nginx/conf.d/default.conf'
    Check 'the config that the balancer has names both' (@($result | Where-Object { $_ -match '^\s*server 10\.99\.0\.\d:80 ' }).Count -eq 2)

    Title 'Visitors are answered by both in turn'
    $site = 'http://{0}/' -f (Get-HaUnit nginx-loadbalancer.service).Address
    Step "1..6 | ForEach-Object { Get-Page $site }"
    Check 'nginx1 and nginx2 answered three times each' (@($result | Where-Object { $_ -eq 'nginx1' }).Count -eq 3 -and @($result | Where-Object { $_ -eq 'nginx2' }).Count -eq 3)

    Title 'A web server crashes'
    $before = Get-HaUnit nginx@1.service
    Step "Start-Visitor $site"
    $clock.Restart()
    Step "lab docker $($before.Machine) kill nginx1"
    Step "Watch-HaUnit nginx@1.service | Where-Object { `$_.Container -ne '$($before.Container)' -and `$_.Backend } | Select-Object -First 1"
    $after = $result[-1]
    Step "Wait-Page $site nginx1"
    Check ('it serves again, from a new container on the same machine, {0:0.0} s later' -f $clock.Elapsed.TotalSeconds) ($after.Machine -eq $before.Machine)
    Step 'Stop-Visitor'
    Check 'no visitor saw an error' ("$result" -like '* requests, 0 failed;*')

    Title 'A machine loses power'
    $before = Get-HaUnit nginx@2.service
    $others = Get-Place
    Step "Start-Visitor $site"
    $clock.Restart()
    Step "lab fault power-off $($before.Machine)"
    Step "Watch-HaUnit nginx@2.service | Where-Object { `$_.Machine -ne '$($before.Machine)' -and `$_.Backend } | Select-Object -First 1"
    $after = $result[-1]
    Step "Wait-Page $site nginx2"
    Check ('its unit serves on the spare machine {0:0.0} s after' -f $clock.Elapsed.TotalSeconds) ($after.Machine -and $after.Machine -ne $before.Machine)
    Step 'Stop-Visitor'
    Check 'no visitor saw an error' ("$result" -like '* requests, 0 failed;*')
    Step "1..6 | ForEach-Object { Get-Page $site }"
    Check 'nginx1 and nginx2 answer in turn again' (@($result | Where-Object { $_ -eq 'nginx1' }).Count -eq 3 -and @($result | Where-Object { $_ -eq 'nginx2' }).Count -eq 3)
    Step 'Get-HaMachine'
    Step 'Get-HaUnit'
    Check 'the other units stayed where they were, and ran through' ((Get-Place) -eq $others)
}
catch {
    Write-Host ($_ | Out-String)
    Check "the demo came to its end, and did not stop at: $_" $false
}

Write-Host ''
Write-Host ('demo: {0} of {1} checks passed in {2:0} s' -f ($checks - $failures.Count), $checks, $watch.Elapsed.TotalSeconds)
exit ($failures.Count -gt 0 ? 1 : 0)
