BeforeDiscovery {
    Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb', 'HaWeb.psd1')) -Force
    $commands = @(Get-Command -Module HaWeb -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name } })
}

BeforeAll {
    $folder = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'HaWeb'))
    $path = Join-Path $folder 'HaWeb.psd1'
    $module = Import-Module $path -Force -PassThru
}

Describe 'The module HaWeb' {
    It 'has a valid manifest for PowerShell 7.4 and later' {
        $manifest = Test-ModuleManifest $path
        $manifest.PowerShellVersion | Should -Be ([version]'7.4')
        $manifest.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'exports what its manifest lists, cmdlet for cmdlet, and its assembly has no other' {
        $assembly = $module.NestedModules[0].ImplementingAssembly
        $implemented = @($assembly.GetExportedTypes() | Where-Object { -not $_.IsAbstract } |
            ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
            ForEach-Object { "$($_.VerbName)-$($_.NounName)" } | Sort-Object)
        $listed = @((Test-ModuleManifest $path).ExportedCmdlets.Keys | Sort-Object)
        $exported = @($module.ExportedCmdlets.Keys | Sort-Object)

        $implemented | Should -Not -BeNullOrEmpty
        $listed -join "`n" | Should -Be ($implemented -join "`n") -Because 'CmdletsToExport in HaWeb.psd1 lists every cmdlet'
        $exported -join "`n" | Should -Be ($listed -join "`n")
        $module.ExportedFunctions.Count | Should -Be 0
        $module.ExportedVariables.Count | Should -Be 0
    }

    It 'exports the singular alias of Watch-HaBackends and no other' {
        $module.ExportedAliases.Keys | Should -Be 'Watch-HaBackend'
        $module.ExportedAliases['Watch-HaBackend'].Definition | Should -Be 'Watch-HaBackends'
    }

    It 'exports its cmdlets again at a second import, and after it was removed' {
        $names = $module.ExportedCmdlets.Keys -join ','
        (Import-Module $path -Force -PassThru).ExportedCmdlets.Keys -join ',' | Should -Be $names
        Remove-Module HaWeb
        (Import-Module $path -PassThru).ExportedCmdlets.Keys -join ',' | Should -Be $names
        Get-Command Get-HaCluster | ForEach-Object Source | Should -Be 'HaWeb'
    }

    It 'has topics of help beside that of its cmdlets' {
        foreach ($topic in @{ Name = 'UnitFiles'; Word = 'ExecStart=' }, @{ Name = 'LoadBalancing'; Word = 'LoadBalancer=' }, @{ Name = 'Simulation'; Word = 'Invoke-HaFault' }) {
            $lines = @(Get-Content (Join-Path $folder 'en-US' "about_HaWeb_$($topic.Name).help.txt"))

            # Get-Help shows the fifth line as the synopsis.
            $lines[1].Trim() | Should -Be "about_HaWeb_$($topic.Name)"
            $lines[4] | Should -Match '\w+ \w+'
            $lines -join "`n" | Should -Match $topic.Word
        }
    }

    It 'works beside an older Google.Protobuf that the session has loaded' {
        $old = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'output', 'OldProtobuf', 'Google.Protobuf.dll')
        $shipped = [System.Reflection.AssemblyName]::GetAssemblyName((Join-Path $folder 'bin' 'net8.0' 'Google.Protobuf.dll')).Version
        $shell = [System.Environment]::ProcessPath
        $answer = & $shell -NoProfile -NonInteractive -File (Join-Path $PSScriptRoot 'Isolation.ps1') -Old $old -Module $path

        $answer -join "`n" | Should -Be (@('session 1.0.0.0', "module $shipped", 'types loaded', 'shared 1') -join "`n")
    }
}

Describe 'The cmdlet <Name>' -ForEach $commands {
    BeforeAll {
        $command = Get-Command $Name -Module HaWeb
        $help = Get-Help $Name
        $own = @($command.Parameters.Keys | Where-Object {
                [System.Management.Automation.Cmdlet]::CommonParameters -notcontains $_ -and
                [System.Management.Automation.Cmdlet]::OptionalCommonParameters -notcontains $_
            })
    }

    It 'has a synopsis, a description and an example' {
        $help.Synopsis | Should -Match '\w+ \w+'
        $help.Synopsis | Should -Not -Match ([regex]::Escape("$Name ["))
        $help.description | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterThan 0
        $help.examples.example | ForEach-Object { $_.code | Should -Match $Name.Split('-')[1] }
    }

    It 'has a description of every parameter' {
        $undescribed = @($own | Where-Object { -not (Get-Help $Name -Parameter $_).description })
        $undescribed | Should -BeNullOrEmpty
    }

    It 'never has ConfirmImpact High, which stops a runbook' {
        $attribute = $command.ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        "$($attribute.ConfirmImpact)" | Should -Not -Be 'High'
    }
}
