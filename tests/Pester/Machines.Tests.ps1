BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $file = "[Service]`nExecStart=/usr/bin/docker run --rm --name web%i -p 80:80 nginx:latest"
}

Describe 'Machines of a cluster that has none' {
    BeforeEach {
        $cluster = Connect-HaCluster -Local -NoAgent -Path (Join-Path $TestDrive "machines-$([guid]::NewGuid()).store")
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'are named in the error of <Command>' -ForEach @(
        @{ Command = 'Suspend-HaMachine' }
        @{ Command = 'Resume-HaMachine' }
        @{ Command = 'Remove-HaMachine' }
        @{ Command = 'Set-HaMachine' }
    ) {
        & $Command web-3 -ErrorAction SilentlyContinue -ErrorVariable failures

        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'MachineNotFound,*'
        $failures[0].TargetObject | Should -Be 'web-3'
        { & $Command 'web-*' -ErrorAction Stop } | Should -Not -Throw
    }

    It 'are not held' {
        { Resume-HaCluster -ErrorAction Stop } | Should -Throw '*holds nothing*'
    }

    It 'are no place to move to' {
        Import-HaUnit -Name web@ -Content $file
        Start-HaUnit web@1 -NoWait -WarningAction SilentlyContinue

        { Move-HaUnit web@1 -To web-3 -ErrorAction Stop } | Should -Throw '*no machine*'
        { Move-HaUnit web@1 -ErrorAction Stop } | Should -Throw '*placed nowhere*'
    }

    It 'leave nothing to optimise, and every unit waits' {
        Import-HaUnit -Name web@ -Content $file

        $step = Start-HaUnit web@1 -WhatIf -PassThru
        $step.Target | Should -Be 'web@1.service'
        $step.To | Should -BeNullOrEmpty
        $step.Reason | Should -Match 'would wait: no machine has joined'
        Get-HaPlacement web@1 | Should -BeNullOrEmpty
        Optimize-HaPlacement -WhatIf -PassThru | Should -BeNullOrEmpty
    }
}

Describe 'Machines of a simulated cluster' {
    BeforeEach {
        $cluster = Connect-HaCluster -Simulated -MachineCount 3
        Import-HaUnit -Name web@ -Content "$file`n[X-HaWeb]`nService=website"
        Start-HaUnit 'web@{1,2}'
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'are emptied by a drain, which -WhatIf foretells' {
        $move = Suspend-HaMachine sim-1 -Drain -WhatIf -PassThru | Where-Object Action -eq Move
        Suspend-HaMachine sim-1 -Drain -Reason 'new disks'

        $move.Target | Should -Be 'web@1.service'
        (Get-HaUnit web@1).Machine | Should -Be $move.To
        $machine = Get-HaMachine sim-1
        $machine.Units | Should -Be 0
        $machine.Reason | Should -Be 'new disks'
        Get-HaMachine | Where-Object Cordoned | Resume-HaMachine
        (Get-HaMachine).Cordoned | Should -Be @($false, $false, $false)
    }

    It 'say to each unit whether they take it' {
        $answers = Get-HaPlacement web@1

        $answers.Takes | Should -Be @($true, $false, $true)
        $answers[1].Reason | Should -Be 'port 80/tcp is taken by web@2.service'
        $answers.Chosen | Should -Be @('sim-1', 'sim-1', 'sim-1')
        $answers | Out-String -Width 120 | Should -Match 'Unit: web@1.service'
    }

    It 'get units that are moved to them' {
        (Move-HaUnit web@1 -To sim-3 -PassThru).Machine | Should -Be 'sim-3'
        Move-HaUnit web@1 -To sim-2 -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'MachineRefuses,*'
    }

    It 'have metadata that units are seen to violate' {
        Import-HaUnit -Name db -Content "[Service]`nExecStart=/usr/bin/docker run db`n[X-Fleet]`nMachineMetadata=disk=ssd"
        Set-HaMachine sim-3 -Metadata @{ disk = 'ssd' }
        Start-HaUnit db
        Set-HaMachine sim-3 -RemoveMetadata disk

        (Get-HaUnit db).Violates | Should -Match 'disk'
        (Get-HaUnit db).Machine | Should -Be 'sim-3'
    }
}
