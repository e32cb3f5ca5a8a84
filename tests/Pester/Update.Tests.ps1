BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $unit = @'
[Service]
Restart=always
ExecStart=/usr/bin/docker run --name nginx%i -p 80:80 nginx:1
ExecStop=/usr/bin/docker stop nginx%i
[X-HaWeb]
Service=website
HealthCheck=http://:80/
'@
}

Describe 'A rolling update, rehearsed' {
    BeforeEach {
        $null = Connect-HaCluster -Simulated -Machine @{Id='A'; Metadata=@{zone='a'}}, @{Id='B'; Metadata=@{zone='b'}}, @{Id='C'; Metadata=@{zone='b'}}, @{Id='D'; Metadata=@{zone='b'}}
        Import-HaUnit -Name nginx@ -Content $unit
        Start-HaUnit 'nginx@{1..3}'
    }

    AfterEach {
        Disconnect-HaCluster
    }

    It 'gives all instances a new image' {
        $update = Update-HaUnit nginx@ -Image nginx:2

        $update.State | Should -Be 'done'
        $update.Done | Should -Be 3
        (Get-HaUnit).Hash | Should -Be @($update.To, $update.To, $update.To)
        Get-HaBackend website | Should -HaveCount 3
    }

    It 'is foretold by -WhatIf, instance by instance' {
        $plan = Update-HaUnit nginx@ -Image nginx:2 -WhatIf -PassThru

        $plan.Target | Should -Be @('nginx@.service', 'nginx@1.service', 'nginx@2.service', 'nginx@3.service')
        $plan[1].Reason | Should -BeLike 'would get another file on A: it restarts there'
        (Get-HaUnitFile nginx@).Content | Should -Match 'nginx:1'
    }

    It 'moves only what the new file keeps off its machine' {
        $file = Join-Path $TestDrive 'nginx@.service'
        Set-Content $file "$unit`n[X-Fleet]`nMachineMetadata=zone=b"

        $move = Update-HaUnit -Path $file -WhatIf -PassThru | Where-Object Action -eq Move
        Update-HaUnit -Path $file

        $move.Target | Should -Be 'nginx@1.service'
        (Get-HaUnit).Machine | Should -Be @($move.To, 'B', 'C')
    }

    It 'tries canaries first, shows them, and goes on when told' {
        (Update-HaUnit nginx@ -Image nginx:2 -Canary 1 -Pause).State | Should -Be 'paused'
        (Get-HaUnit | Where-Object TemplateDrift).Name | Should -Be 'nginx@1.service'
        Get-HaUnit nginx@1 | Out-String -Width 160 | Should -Match 'differs from its template'
        Start-HaUnit nginx@4
        (Get-HaUnitFile nginx@4).Content | Should -Match 'nginx:1'

        (Update-HaUnit nginx@ -Resume).Done | Should -Be 4
        (Get-HaUnitFile nginx@4).Content | Should -Match 'nginx:2'
    }

    It 'goes back by itself when an instance does not become healthy' {
        $since = (Get-HaUnit nginx@2).Since
        Invoke-HaFault ImageMissing -Image nginx:2

        $failure = { Update-HaUnit nginx@ -Image nginx:2 -ErrorAction Stop } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike 'UpdateRolledBack,*'
        (Update-HaUnit nginx@ -ErrorAction SilentlyContinue).Reason | Should -BeLike 'nginx@1.service failed on A*'
        (Get-HaUnit nginx@2).Since | Should -Be $since
        (Get-HaUnit).Healthy | Should -Be @($true, $true, $true)
    }

    It 'goes back when an operator says so, under way or done' {
        Update-HaUnit nginx@ -Image nginx:2 -Canary 2 -Pause | Out-Null
        (Update-HaUnit nginx@ -Rollback).State | Should -Be 'rolled-back'
        Update-HaUnit nginx@ -Image nginx:2 | Out-Null
        (Update-HaUnit nginx@ -Rollback).State | Should -Be 'done'

        (Get-HaUnitFile nginx@).Content | Should -Match 'nginx:1'
    }

    It 'outlives its session and the leader' {
        Update-HaUnit nginx@ -Image nginx:2 -TimeoutSec 3 -ErrorAction SilentlyContinue -ErrorVariable failures | Out-Null
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'Timeout,*'
        Invoke-HaFault LeaderChange

        (Update-HaUnit nginx@).State | Should -Be 'done'
    }

    It 'of other content is refused while one is under way' {
        Update-HaUnit nginx@ -Image nginx:2 -Canary 1 -Pause | Out-Null

        Update-HaUnit nginx@ -Image nginx:3 -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'UpdateInProgress,*'
        Update-HaUnit nginx@1 -Image nginx:3 -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'UpdateNeedsTemplate,*'
    }

    It 'takes the last healthy backend by force only' {
        Stop-HaUnit 'nginx@{2,3}'

        { Update-HaUnit nginx@ -Image nginx:2 -ErrorAction Stop } | Should -Throw '*without a healthy backend*'
        (Update-HaUnit nginx@ -Image nginx:2 -Force).State | Should -Be 'done'
    }
}
