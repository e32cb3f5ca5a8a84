BeforeDiscovery {
    $silent = 'Get-HaUnit', 'Get-HaUnitFile', 'Stop-HaUnit', 'Restart-HaUnit', 'Remove-HaUnit', 'Wait-HaUnit', 'Get-HaBackend', 'Get-HaMachine' |
        ForEach-Object { @{ Command = $_ } }
    $missing = @(
        @{ Command = 'Get-HaUnit'; Id = 'UnitNotFound' }
        @{ Command = 'Get-HaUnitFile'; Id = 'UnitNotFound' }
        @{ Command = 'Start-HaUnit'; Id = 'UnitNotFound' }
        @{ Command = 'Stop-HaUnit'; Id = 'UnitNotFound' }
        @{ Command = 'Remove-HaUnit'; Id = 'UnitNotFound' }
        @{ Command = 'Get-HaBackend'; Id = 'ServiceNotFound' }
        @{ Command = 'Get-HaMachine'; Id = 'MachineNotFound' }
    )
}

BeforeAll {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $null = Connect-HaCluster -Local -NoAgent -Path (Join-Path $TestDrive 'errors.store')
    Import-HaUnit -Name web@ -Content "[Service]`nExecStart=/usr/bin/docker run --rm -p 80:80 nginx"
}

AfterAll {
    Disconnect-HaCluster
}

Describe 'A wildcard that matches nothing' {
    It 'is silence for <Command>' -ForEach $silent {
        & $Command 'nothing*' -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failures | Should -BeNullOrEmpty
    }
}

Describe 'A name that does not exist' {
    It 'is an error of <Command>' -ForEach $missing {
        & $Command nothing -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$($failures[0].CategoryInfo.Category)" | Should -Be 'ObjectNotFound'
        "$($failures[0].TargetObject)" | Should -BeLike 'nothing*'
        $failures[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'Bad input' {
    It 'in a unit file keeps all files of the command from being stored, and each fault has its position' {
        Set-Content (Join-Path $TestDrive 'good.service') "[Service]`nExecStart=/usr/bin/docker run --rm nginx"
        Set-Content (Join-Path $TestDrive 'bad.service') "[Service]`nExecStart=/usr/bin/docker run --no-such-flag nginx`nno equals sign"

        Import-HaUnit (Join-Path $TestDrive '*.service') -ErrorVariable failures -ErrorAction SilentlyContinue -WarningAction SilentlyContinue

        $failures | Should -HaveCount 2
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'UnitFileInvalid,*'
        $failures[0].TargetObject.Line | Should -Be 2
        $failures[1].TargetObject.Line | Should -Be 3
        (Get-HaUnitFile).Name | Should -Be 'web@.service'
    }

    It 'is other content for a stored unit' {
        Import-HaUnit -Name web@ -Content "[Service]`nExecStart=/usr/bin/docker run --rm -p 81:80 nginx" -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures[0].FullyQualifiedErrorId | Should -BeLike 'UnitExists,*'
        "$($failures[0])" | Should -Match 'Update-HaUnit'
    }

    It 'is a brace range without quotes, which acts on nothing' {
        { Start-HaUnit web@{1,2}.service } | Should -Throw -ErrorId 'PositionalParameterNotFound,*'
        Start-HaUnit web@ -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'TemplateNotStartable,*'
        Get-HaUnit | Should -BeNullOrEmpty
    }

    It 'is an etcd that does not answer' {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        { Connect-HaCluster -Endpoint http://127.0.0.1:1 -TimeoutSec 2 } | Should -Throw -ErrorId 'StoreUnavailable,*'
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 15
        { Connect-HaCluster -Endpoint http://a, https://b } | Should -Throw -ErrorId 'ConnectionInvalid,*'
    }

    It 'is no connection at all' {
        $script = "Import-Module '$([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1'))'; Get-HaUnit"
        $runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript($script).Invoke()
        $shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        $shell.Dispose()
        $runspace.Dispose()
    }

    It 'is a folder as the file of a local cluster' {
        { Connect-HaCluster -Local -NoAgent -Path $TestDrive } | Should -Throw -ErrorId 'Store*'
    }
}
