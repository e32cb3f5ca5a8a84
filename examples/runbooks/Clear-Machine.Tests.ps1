BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1'))
    $runbook = Join-Path $PSScriptRoot 'Clear-Machine.ps1'
    $website = Join-Path $PSScriptRoot '..' 'website'
}

Describe 'The runbook Clear-Machine' {
    BeforeEach {
        $null = Connect-HaCluster -Simulated -MachineCount 4
        Get-ChildItem $website -Filter '*.service' | Import-HaUnit
        Start-HaUnit 'nginx@{1,2}.service'
        Start-HaUnit nginx-loadbalancer.service
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'moves what the machine has to the spare one' {
        $moved = & $runbook sim-1

        $moved.Name | Should -Be 'nginx@1.service'
        $moved.Machine | Should -Be 'sim-4'
        $moved.Healthy | Should -BeTrue
        (Get-HaMachine sim-1).Units | Should -Be 0
    }

    It 'keeps the website up all the while' {
        & $runbook sim-1

        Get-HaBackend website | Should -HaveCount 2
        (Get-HaUnit nginx@2).Restarts | Should -Be 0
    }

    It 'moves nothing where no other machine takes a unit, and says why' {
        Start-HaUnit nginx@3
        { & $runbook sim-1 } | Should -Throw -ExpectedMessage '*nginx@1.service would stay on sim-1: no other machine takes it: sim-2: conflicts with nginx@2.service*'

        (Get-HaMachine sim-1).Cordoned | Should -BeFalse
        (Get-HaUnit nginx@1).Machine | Should -Be 'sim-1'
    }

    It 'leaves global units where they are' {
        Import-HaUnit -Name everywhere -Content "[Service]`nRestart=always`nExecStart=/usr/bin/docker run --name everywhere image`n[X-Fleet]`nGlobal=true"
        Start-HaUnit everywhere

        (& $runbook sim-1).Name | Should -Be 'nginx@1.service'
        Get-HaUnit everywhere | Should -HaveCount 4
    }

    It 'gives the machine back to the cluster afterwards' {
        & $runbook sim-1
        Resume-HaMachine sim-1
        Start-HaUnit nginx@3

        (Get-HaUnit nginx@3).Machine | Should -Be 'sim-1'
    }
}
