@{
    RootModule             = 'HaWeb.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = 'b2a3f3a4-6e0b-4d0c-9a57-0c4f5c1f7b1e'
    Author                 = 'The HaWeb developers'
    CompanyName            = ''
    Copyright              = '(c) the HaWeb developers. MIT licence.'
    Description            = 'Runs highly available web services over Docker hosts, with etcd and nginx, from PowerShell.'
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('HaWeb.Format.ps1xml')
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @('Watch-HaBackend')
    CmdletsToExport        = @(
        'Connect-HaCluster'
        'Disconnect-HaCluster'
        'Enter-HaUnit'
        'Export-HaUnit'
        'Get-HaBackend'
        'Get-HaCluster'
        'Get-HaLoadBalancer'
        'Get-HaMachine'
        'Get-HaPlacement'
        'Get-HaUnit'
        'Get-HaUnitFile'
        'Get-HaUnitLog'
        'Import-HaUnit'
        'Invoke-HaFault'
        'Invoke-HaUnit'
        'Move-HaUnit'
        'New-HaLoadBalancerConfig'
        'Optimize-HaPlacement'
        'Publish-HaLoadBalancerConfig'
        'Register-HaBackend'
        'Remove-HaMachine'
        'Remove-HaUnit'
        'Restart-HaUnit'
        'Resume-HaCluster'
        'Resume-HaMachine'
        'Set-HaMachine'
        'Start-HaAgent'
        'Start-HaUnit'
        'Stop-HaUnit'
        'Suspend-HaMachine'
        'Test-HaBackend'
        'Test-HaLoadBalancerConfig'
        'Test-HaUnit'
        'Unregister-HaBackend'
        'Update-HaUnit'
        'Wait-HaUnit'
        'Watch-HaBackends'
        'Watch-HaMachine'
        'Watch-HaUnit'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @('Docker', 'etcd', 'nginx', 'HighAvailability', 'LoadBalancing', 'Linux', 'PSEdition_Core')
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
