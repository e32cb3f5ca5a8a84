BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
}

Describe 'A unit that is a process' {
    BeforeEach {
        $null = Connect-HaCluster -Simulated -Machine @{Id='A'; AllowProcess=$true}, @{Id='B'}
        Import-HaUnit -Name app.service -Content "[Service]`nRestart=on-failure`nExecStartPre=/bin/mkdir -p /tmp/app`nExecStart=/usr/bin/app`n"
        Start-HaUnit app
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'runs where the agent allows it, and says why not elsewhere' {
        (Get-HaUnit app).Machine | Should -Be 'A'
        (Get-HaPlacement app | Where-Object Machine -eq B).Reason | Should -BeLike '*-AllowProcess*'
    }

    It 'shows what it and its commands have printed' {
        (Get-HaUnitLog app).Text | Should -Be @('/bin/mkdir: started', '/bin/mkdir: ended with exit code 0', '/usr/bin/app: started')
    }

    It 'has no container to run a command in, and says so' {
        Invoke-HaUnit app -Command ls -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'UnitIsProcess*'
    }

    It 'is started again when it fails' {
        Invoke-HaFault ContainerCrash -Unit app
        $unit = Get-HaUnit app
        $unit.Active | Should -Be 'active'
        (Get-HaUnitLog app).Text[-1] | Should -Be '/usr/bin/app: started'
    }

    It 'goes nowhere when no machine allows processes' {
        Set-HaMachine B -Metadata @{ gpu = 'yes' }
        Import-HaUnit -Name gpu.service -Content "[Service]`nExecStart=/usr/bin/train`n[X-Fleet]`nMachineMetadata=gpu=yes`n"
        Start-HaUnit gpu -NoWait
        (Get-HaUnit gpu).Reason | Should -BeLike '*-AllowProcess*'
    }
}
