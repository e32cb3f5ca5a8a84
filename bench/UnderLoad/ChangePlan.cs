namespace HaWeb.Bench.UnderLoad;

/// <summary>What <see cref="ChangeClient"/> measures on.</summary>
/// <param name="Site">The balancer.</param>
/// <param name="Store">A member of etcd.</param>
/// <param name="Key">The key of the service's one backend.</param>
/// <param name="Master">nginx's master process, as this process sees it.</param>
/// <param name="ConfigPath">Its config file, as the master sees it.</param>
/// <param name="First">A backend.</param>
/// <param name="Second">Another one.</param>
/// <param name="Times">How often the key is changed.</param>
internal sealed record ChangePlan(
    Uri Site, Uri Store, string Key, int Master, string ConfigPath, ChangeBackend First, ChangeBackend Second, int Times);
