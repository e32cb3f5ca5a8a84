BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $folder = Join-Path $TestDrive 'units'
    $null = New-Item $folder -ItemType Directory
    Set-Content (Join-Path $folder 'nginx@.service') @'
[Unit]
Description=A web server
[Service]
ExecStartPre=-/usr/bin/docker rm -f nginx%i
ExecStart=/usr/bin/docker run --rm --name nginx%i -p 80:80 nginx:latest
ExecStop=/usr/bin/docker stop nginx%i
[X-Fleet]
Conflicts=nginx@*.service
[X-HaWeb]
Service=website
'@
}

Describe 'Unit files' {
    BeforeEach {
        $cluster = Connect-HaCluster -Local -NoAgent -Path (Join-Path $TestDrive "files-$([guid]::NewGuid()).store")
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'are imported from the pipeline' {
        Get-ChildItem (Join-Path $folder '*.service') | Import-HaUnit

        $file = Get-HaUnitFile
        $file.Name | Should -Be 'nginx@.service'
        $file.IsTemplate | Should -BeTrue
        $file.Content | Should -Match 'docker run'
    }

    It 'are stored by nobody who asks what would happen' {
        $step = Import-HaUnit (Join-Path $folder '*.service') -WhatIf -PassThru

        $step.Action | Should -Be 'Import'
        $step.Target | Should -Be 'nginx@.service'
        Get-HaUnitFile | Should -BeNullOrEmpty
    }

    It 'come back as they were written' {
        Import-HaUnit (Join-Path $folder 'nginx@.service')
        $copy = Join-Path $TestDrive 'copy.service'
        Get-HaUnitFile nginx@ | Set-Content $copy

        (Get-Content $copy -Raw).TrimEnd() | Should -BeExactly (Get-Content (Join-Path $folder 'nginx@.service') -Raw).TrimEnd()
    }

    It 'are tested together, and every line that is not acted on is named' {
        $pair = Join-Path $TestDrive 'pair'
        $null = New-Item $pair -ItemType Directory
        Set-Content (Join-Path $pair 'a.service') "[Service]`nExecStart=/usr/bin/docker run a`nMemoryMax=1G`n[X-Fleet]`nMachineOf=b.service"
        Set-Content (Join-Path $pair 'b.service') "[Service]`nExecStart=/usr/bin/docker run b`n[X-Fleet]`nMachineOf=a.service"

        $problem = Get-ChildItem (Join-Path $pair '*.service') | Test-HaUnit

        ($problem | Where-Object Severity -eq 'Error').Key | Should -Be @('MachineOf', 'MachineOf')
        ($problem | Where-Object Severity -eq 'Warning').Suggestion | Should -Match '--memory'
    }

    It 'are found faulty with line, column and a suggestion' {
        $problem = Test-HaUnit -Name web -Content "[Service]`nExecStart=/usr/bin/docker run nginx`n[X-Fleet]`nConflict=a@*"

        $problem | Should -HaveCount 1
        $problem.Line | Should -Be 4
        $problem.Severity | Should -Be 'Error'
        $problem.Suggestion | Should -Match 'Conflicts'
    }

    It 'are shown in 80 columns with all that is wrong, by the path from here' {
        $place = [System.IO.Path]::Combine($TestDrive, 'a folder of its own with a long name', 'and another one below')
        $null = New-Item $place -ItemType Directory -Force
        $file = Join-Path $place 'web.service'
        Set-Content $file "[Service]`nExecStart=/usr/bin/docker run nginx`nRestart=allways"
        $before = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation
        try {
            $null = $ExecutionContext.SessionState.Path.SetLocation($place)
            $near = Test-HaUnit $file | Out-String -Width 80
            $null = $ExecutionContext.SessionState.Path.SetLocation((New-Item (Join-Path $TestDrive 'elsewhere') -ItemType Directory -Force).FullName)
            $far = Test-HaUnit $file | Out-String -Width 300
        }
        finally {
            $null = $ExecutionContext.SessionState.Path.SetLocation($before.Path)
        }

        $near | Should -Match '(?m)^web\.service:3:9: Error\s*$'
        $near -replace '\s' | Should -Match ([regex]::Escape('on-success,on-watchdog.Didyoumeanalways?'))
        $near -split "`n" | Where-Object Length -gt 81 | Should -BeNullOrEmpty
        $far | Should -Match ([regex]::Escape("$($file):3:9: Error"))
    }

    It 'without a fault give no output' {
        Test-HaUnit (Join-Path $folder '*.service') | Where-Object Severity -eq Error | Should -BeNullOrEmpty
    }
}

Describe 'Units' {
    BeforeEach {
        $cluster = Connect-HaCluster -Local -NoAgent -Path (Join-Path $TestDrive "units-$([guid]::NewGuid()).store")
        Import-HaUnit (Join-Path $folder 'nginx@.service')
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'are started by quoted braces and by instances' {
        Start-HaUnit 'nginx@{1,2}.service' -NoWait -WarningAction SilentlyContinue
        Start-HaUnit nginx@ -Instance (1..3) -NoWait -WarningAction SilentlyContinue

        $units = @(Get-HaUnit)
        $units.Name -join ' ' | Should -Be 'nginx@1.service nginx@2.service nginx@3.service'
        $units.Desired | Should -Be @('launched', 'launched', 'launched')
        $units.Template | Should -Contain 'nginx@.service'
    }

    It 'wait for an engine, and Start-HaUnit says so at once' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Start-HaUnit nginx@1 -ErrorAction SilentlyContinue -ErrorVariable failures

        $failures[0].FullyQualifiedErrorId | Should -BeLike 'NoEngine,*'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        (Get-HaUnit nginx@1).Reason | Should -Match 'Start-HaAgent'
    }

    It 'are restarted by one plan, which -WhatIf shows as objects' {
        Start-HaUnit 'nginx@{1..3}' -NoWait -WarningAction SilentlyContinue

        $steps = Get-HaUnit nginx@* | Where-Object Active -ne active | Restart-HaUnit -WhatIf -PassThru

        $steps | Should -HaveCount 3
        $steps.Action | Should -Be @('Restart', 'Restart', 'Restart')
        $steps[0].Reason | Should -Not -BeNullOrEmpty
    }

    It 'are exported as they were imported, and nothing is written over' {
        $folder = Join-Path $TestDrive "export-$([guid]::NewGuid())"
        $written = Export-HaUnit -Path $folder -PassThru
        $written.Name | Should -Be 'nginx@.service'
        [System.IO.File]::ReadAllText($written.FullName) | Should -Be (Get-HaUnitFile nginx@).Content

        Export-HaUnit -Path $folder -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems | Should -BeNullOrEmpty
        Set-Content $written.FullName '[Service]'
        Export-HaUnit -Path $folder -ErrorVariable problems -ErrorAction SilentlyContinue
        "$($problems[0].FullyQualifiedErrorId)" | Should -Match '^FileExists'
        Export-HaUnit -Path $folder -Force -WhatIf
        "$(Get-Content $written.FullName)" | Should -Be '[Service]'
        Export-HaUnit -Path $folder -Force
        [System.IO.File]::ReadAllText($written.FullName) | Should -Be (Get-HaUnitFile nginx@).Content
    }

    It 'are watched until no more is wanted' {
        Start-HaUnit 'nginx@{1..4}' -NoWait -WarningAction SilentlyContinue

        (Watch-HaUnit | Select-Object -First 3).Name | Should -Be @('nginx@1.service', 'nginx@2.service', 'nginx@3.service')
    }

    It 'are removed' {
        Start-HaUnit 'nginx@{1,2}' -NoWait -WarningAction SilentlyContinue
        Remove-HaUnit nginx@1

        (Get-HaUnit).Name | Should -Be 'nginx@2.service'
    }

    It 'belong to the cluster that they came from' {
        Start-HaUnit nginx@1 -NoWait -WarningAction SilentlyContinue
        $other = Connect-HaCluster -Local -NoAgent -Path (Join-Path $TestDrive "other-$([guid]::NewGuid()).store")

        $step = Get-HaUnit -Cluster $cluster | Stop-HaUnit -WhatIf -PassThru

        $step.Cluster.Name | Should -Be $cluster.Name
        Get-HaUnit | Should -BeNullOrEmpty
        $cluster | Disconnect-HaCluster
    }

    It 'are shown as a table' {
        Start-HaUnit nginx@1 -NoWait -WarningAction SilentlyContinue

        $text = Get-HaUnit | Out-String -Width 80
        $text | Should -Match 'Name +Machine +Active +Healthy +Reason'
        $text | Should -Match 'nginx@1.service'
    }
}

Describe 'Units that wait' {
    It 'are shown with their whole reason in 80 columns' {
        $null = Connect-HaCluster -Simulated -MachineCount 1
        Import-HaUnit (Join-Path $folder 'nginx@.service')
        Start-HaUnit 'nginx@{1,2}' -ErrorAction SilentlyContinue

        $reason = (Get-HaUnit nginx@2).Reason
        $text = Get-HaUnit nginx@2 | Out-String -Width 80

        $reason.Length | Should -BeGreaterThan 30
        $text -replace '(?m)^.{0,61}' -replace '\s' | Should -Match ([regex]::Escape($reason -replace '\s'))
        Disconnect-HaCluster
    }
}
