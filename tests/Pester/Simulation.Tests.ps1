BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $unit = @'
[Unit]
Description=A web server
[Service]
Restart=always
ExecStartPre=-/usr/bin/docker rm -f nginx%i
ExecStart=/usr/bin/docker run --name nginx%i -p 80:80 nginx:latest
ExecStop=/usr/bin/docker stop nginx%i
[X-Fleet]
Conflicts=nginx@*.service
[X-HaWeb]
Service=website
HealthCheck=http://:80/
'@
}

Describe 'A simulated cluster' {
    BeforeEach {
        $cluster = Connect-HaCluster -Simulated -Machine @{Id='A'; Metadata=@{zone='a'}}, @{Id='B'}, @{Id='C'}
        Import-HaUnit -Name nginx@ -Content $unit
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'has its machines up' {
        (Get-HaMachine).Id | Should -Be @('A', 'B', 'C')
        (Get-HaMachine A).Metadata['zone'] | Should -Be 'a'
        (Get-HaCluster).Kind | Should -Be 'simulated'
    }

    It 'runs what is started, healthy and advertised' {
        Start-HaUnit 'nginx@{1,2}'

        (Get-HaUnit).Active | Should -Be @('active', 'active')
        Get-HaBackend website | Should -HaveCount 2
    }

    It 'places the units of a lost machine elsewhere' {
        Start-HaUnit 'nginx@{1,2}'
        Invoke-HaFault -Machine B -Kind PowerLoss ; Get-HaUnit | Where-Object Machine -eq B | Should -BeNullOrEmpty

        (Get-HaUnit).Active | Should -Be @('active', 'active')
    }

    It 'says why a unit has no machine' {
        Start-HaUnit 'nginx@{1..4}' -ErrorAction SilentlyContinue -ErrorVariable failures

        $failures[0].FullyQualifiedErrorId | Should -BeLike 'Timeout,*'
        (Get-HaUnit | Where-Object Machine -eq $null).Reason | Should -Not -BeNullOrEmpty
    }

    It 'keeps everything running while the store is away' {
        Start-HaUnit nginx@1
        Invoke-HaFault StoreOutage
        $failure = { Get-HaUnit } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'StoreUnavailable,*'

        Invoke-HaFault StoreBack
        (Get-HaUnit nginx@1).Restarts | Should -Be 0
    }

    It 'goes on when an image is there again' {
        Invoke-HaFault ImageMissing -Image nginx:latest
        Start-HaUnit nginx@1 -TimeoutSec 30 -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        Invoke-HaFault ImageBack -Image nginx:latest
        Start-HaUnit nginx@1

        (Get-HaUnit nginx@1).Active | Should -Be 'active'
    }

    It 'says with -WhatIf what a drain would leave behind' {
        Start-HaUnit 'nginx@{1..3}'

        $plan = Suspend-HaMachine A -Drain -WhatIf -PassThru

        $stay = $plan | Where-Object Action -eq Stay
        $stay.Target | Should -Be 'nginx@1.service'
        $stay.Reason | Should -BeLike '*no other machine takes it*conflicts with nginx@2.service*'
    }

    It 'moves the address that two balancers share' {
        Import-HaUnit -Name lb@ -Content @'
[Service]
Restart=always
ExecStart=/usr/bin/docker run --name lb%i -p 80:80 nginx:latest nginx -g 'worker_shutdown_timeout 30s;'
[X-Fleet]
Conflicts=lb@*.service
[X-HaWeb]
LoadBalancer=website
VirtualIP=10.99.0.100/24
'@
        Start-HaUnit 'lb@{1,2}'
        $before = @(Get-HaLoadBalancer | Where-Object AddressRole -eq holder)
        Invoke-HaFault PowerLoss -Machine $before[0].Machine

        $before | Should -HaveCount 1
        $after = @(Get-HaLoadBalancer lb@* | Where-Object AddressRole -eq holder)
        $after | Should -HaveCount 1
        $after[0].Machine | Should -Not -Be $before[0].Machine
        $after[0].VirtualIP | Should -Be '10.99.0.100/24'
        $after[0].Holder | Should -Be @($after[0].Machine)
    }

    It 'makes no fault when it is only asked what would happen' {
        Invoke-HaFault PowerLoss -Machine A, B -WhatIf

        (Get-HaCluster).MachinesAlive | Should -Be 3
    }
}
