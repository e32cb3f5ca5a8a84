using System.Collections.Frozen;

namespace HaWeb.Core.Units;

/// <summary>
/// The options of <c>[Unit]</c>, <c>[Service]</c>, <c>[Timer]</c> and <c>[Install]</c>: all that systemd 252 takes and those of later versions, with what to write for
/// one that HaWeb does not act on. Which ones it acts on, the readers say.
/// </summary>
internal static class SystemdKeys
{
    public const string UnitSection = "Unit";
    public const string ServiceSection = "Service";
    public const string InstallSection = "Install";

    private const string Placement = "MachineMetadata= in [X-Fleet] says which machines take the unit.";
    private const string Watch = "Watch-HaUnit tells of every unit that fails.";
    private const string Input = "Give a container its input with docker's --mount, a process through a shell: /bin/sh -c 'program < file'.";
    private const string Capabilities = "For a container write --cap-add and --cap-drop on the docker line.";
    private const string Security = "For a container write --security-opt on the docker line.";
    private const string Files = "For a container write --volume, --tmpfs or --read-only on the docker line.";
    private const string Folders = "For a container write --volume on the docker line; make folders with ExecStartPre=/bin/mkdir -p.";
    private const string Memory = "For a container write --memory, --memory-reservation or --memory-swap on the docker line.";
    private const string Cpu = "For a container write --cpus, --cpu-shares or --cpuset-cpus on the docker line.";
    private const string Disk = "For a container write --blkio-weight on the docker line.";
    private const string Limits = "For a container write --ulimit on the docker line, for a process start it with prlimit: ExecStart=/usr/bin/prlimit --nofile=65536 /usr/bin/program.";
    private const string Priority = "Start a process with nice, ionice, chrt or taskset; for a container write --cpu-shares on the docker line.";
    private const string Network = "For a container write --network on the docker line.";
    private const string Logs = "Get-HaUnitLog reads what the unit prints; for a container --log-driver and --log-opt say where it goes.";
    private const string Sockets = "There is no socket activation: publish the port with -p, or let the program listen itself.";
    private const string Root = "Run the program in a container of an image that has what it needs.";
    private const string Secrets = "Use EnvironmentFile=, or for a container --volume on the docker line.";
    private const string Restarts = "Restart= says after which ends the unit is started again, SuccessExitStatus= which ends are good.";
    private const string Machine = "A unit acts on its containers and processes only, never on its machine.";
    private const string Operator = "Operators start and stop units with Start-HaUnit and Stop-HaUnit.";

    // They stand in nearly every file, for systemctl enable.
    private static readonly string[] Enabling = ["WantedBy", "RequiredBy", "UpheldBy"];

    private static readonly (string Section, string? Advice, string Keys)[] Groups =
    [
        (UnitSection, null, "Description Documentation After Before Requires Requisite Wants BindsTo PartOf Conflicts StartLimitIntervalSec StartLimitInterval StartLimitBurst"),
        (UnitSection, null, "SourcePath JoinsNamespaceOf PropagatesReloadTo PropagateReloadTo ReloadPropagatedFrom PropagateReloadFrom CollectMode"),
        (UnitSection, "Write BindsTo=.", "BindTo"),
        (UnitSection, "Write Wants=.", "Upholds"),
        (UnitSection, "Write Requires=.", "RequiresOverridable"),
        (UnitSection, "Write Requisite=.", "RequisiteOverridable"),
        (UnitSection, "Write PartOf= in the units that are to stop too.", "PropagatesStopTo StopPropagatedFrom"),
        (UnitSection, Watch, "OnSuccess OnFailure OnSuccessJobMode OnFailureJobMode OnFailureIsolate"),
        (UnitSection, "Docker's --volume, and ExecStartPre=/bin/mkdir -p, need no such order.", "RequiresMountsFor WantsMountsFor"),
        (UnitSection, Operator, "StopWhenUnneeded RefuseManualStart RefuseManualStop AllowIsolate IgnoreOnIsolate DefaultDependencies"),
        (UnitSection, "TimeoutStartSec= in [Service] limits the start, TimeoutStopSec= the stop.", "JobTimeoutSec JobRunningTimeoutSec JobTimeoutAction JobTimeoutRebootArgument"),
        (UnitSection, Machine, "StartLimitAction FailureAction SuccessAction FailureActionExitStatus SuccessActionExitStatus RebootArgument SurviveFinalKillSignal"),
        (UnitSection, Placement, $"{Conditions("Condition")} ConditionFirmware {Conditions("Assert")} AssertFirmware"),

        (ServiceSection, null, "Type ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost Restart RestartSec"),
        (ServiceSection, null, "TimeoutStartSec TimeoutStopSec TimeoutSec KillMode KillSignal RemainAfterExit SuccessExitStatus RestartPreventExitStatus RestartForceExitStatus"),
        (ServiceSection, null, "Environment EnvironmentFile PassEnvironment UnsetEnvironment WorkingDirectory User Group UMask"),
        (ServiceSection, null, "StandardOutput StandardError StartLimitInterval StartLimitBurst"),
        (ServiceSection, "A container's main process is found by Docker, a program is to stay in the foreground: Type=simple.", "PIDFile GuessMainPID ExitType"),
        (ServiceSection, Restarts, "RestartSteps RestartMaxDelaySec RestartMode"),
        (ServiceSection, "Start the program with /usr/bin/timeout.", "RuntimeMaxSec RuntimeRandomizedExtraSec"),
        (ServiceSection, "HealthCheck= in [X-HaWeb] says how the unit is probed.", "WatchdogSec WatchdogSignal"),
        (ServiceSection, "Any process of the unit may say that it is ready.", "NotifyAccess"),
        (ServiceSection, "The unit is stopped with KillSignal=, and with SIGKILL after TimeoutStopSec=.", "TimeoutAbortSec TimeoutStartFailureMode TimeoutStopFailureMode SendSIGKILL SendSIGHUP RestartKillSignal FinalKillSignal IgnoreSIGPIPE"),
        (ServiceSection, "Write ExecStopPost=.", "ExecReloadPost"),
        (ServiceSection, "Write the line that makes it read its configuration again as ExecReload=.", "ReloadSignal"),
        (ServiceSection, Machine, "StartLimitAction FailureAction RebootArgument OOMPolicy ManagedOOMSwap ManagedOOMMemoryPressure ManagedOOMMemoryPressureLimit ManagedOOMMemoryPressureDurationSec ManagedOOMPreference"),
        (ServiceSection, Sockets, "Sockets NonBlocking FileDescriptorStoreMax FileDescriptorStorePreserve OpenFile BusName USBFunctionDescriptors USBFunctionStrings"),
        (ServiceSection, "A '+' before a command runs it with all privileges.", "PermissionsStartOnly RootDirectoryStartOnly"),
        (ServiceSection, Root, "RootDirectory RootImage RootImageOptions RootImagePolicy RootHash RootHashSignature RootVerity RootEphemeral ExtensionDirectories ExtensionImages ExtensionImagePolicy MountImages MountImagePolicy MountAPIVFS ExecSearchPath"),
        (ServiceSection, "For a container write --group-add on the docker line.", "SupplementaryGroups"),
        (ServiceSection, "For a container write --user on the docker line, for a process User= with a user that exists.", "DynamicUser PAMName SetLoginEnvironment"),
        (ServiceSection, "For a container write --oom-score-adj on the docker line, for a process start it with choom: ExecStart=/usr/bin/choom -n 500 -- /usr/bin/program.", "OOMScoreAdjust"),
        (ServiceSection, Priority, "Nice IOSchedulingClass IOSchedulingPriority CPUSchedulingPolicy CPUSchedulingPriority CPUSchedulingResetOnFork CPUAffinity NUMAPolicy NUMAMask TimerSlackNSec CoredumpFilter CoredumpReceive"),
        (ServiceSection, Input, "StandardInput StandardInputText StandardInputData TTYPath TTYReset TTYVHangup TTYVTDisallocate TTYRows TTYColumns UtmpIdentifier UtmpMode"),
        (ServiceSection, Logs, "SyslogIdentifier SyslogFacility SyslogLevel SyslogLevelPrefix LogLevelMax LogRateLimitIntervalSec LogRateLimitBurst LogExtraFields LogNamespace LogFilterPatterns BindLogSockets"),
        (ServiceSection, Capabilities, "SecureBits CapabilityBoundingSet AmbientCapabilities"),
        (ServiceSection, Security, "NoNewPrivileges KeyringMode ProtectProc ProcSubset SystemCallFilter SystemCallArchitectures SystemCallErrorNumber SystemCallLog MemoryDenyWriteExecute RestrictNamespaces RestrictRealtime RestrictSUIDSGID RestrictAddressFamilies LockPersonality RestrictFileSystems Personality SELinuxContext AppArmorProfile SmackProcessLabel ProtectHostname ProtectKernelTunables ProtectKernelModules ProtectKernelLogs ProtectClock ProtectControlGroups"),
        (ServiceSection, Limits, "LimitCPU LimitFSIZE LimitDATA LimitSTACK LimitCORE LimitRSS LimitNOFILE LimitAS LimitNPROC LimitMEMLOCK LimitLOCKS LimitSIGPENDING LimitMSGQUEUE LimitNICE LimitRTPRIO LimitRTTIME"),
        (ServiceSection, Files, "ReadWriteDirectories ReadOnlyDirectories InaccessibleDirectories ReadWritePaths ReadOnlyPaths InaccessiblePaths ExecPaths NoExecPaths BindPaths BindReadOnlyPaths TemporaryFileSystem PrivateTmp ProtectSystem ProtectHome MountFlags PrivateMounts"),
        (ServiceSection, "For a container write --device on the docker line.", "PrivateDevices DeviceAllow DevicePolicy"),
        (ServiceSection, Network, "NetworkNamespacePath PrivateNetwork IPAccounting IPAddressAllow IPAddressDeny IPIngressFilterPath IPEgressFilterPath SocketBindAllow SocketBindDeny RestrictNetworkInterfaces NFTSet"),
        (ServiceSection, "For a container write --ipc, --pid or --userns on the docker line.", "IPCNamespacePath PrivateIPC PrivateUsers PrivatePIDs RemoveIPC"),
        (ServiceSection, Folders, "RuntimeDirectoryPreserve RuntimeDirectoryMode RuntimeDirectory StateDirectoryMode StateDirectory CacheDirectoryMode CacheDirectory LogsDirectoryMode LogsDirectory ConfigurationDirectoryMode ConfigurationDirectory TimeoutCleanSec"),
        (ServiceSection, Secrets, "SetCredential SetCredentialEncrypted LoadCredential LoadCredentialEncrypted ImportCredential"),
        (ServiceSection, "For a container write --cgroup-parent on the docker line.", "Slice Delegate DelegateSubgroup DisableControllers BPFProgram"),
        (ServiceSection, Cpu, "AllowedCPUs StartupAllowedCPUs AllowedMemoryNodes StartupAllowedMemoryNodes CPUAccounting CPUWeight StartupCPUWeight CPUShares StartupCPUShares CPUQuota CPUQuotaPeriodSec CPUPressureWatch CPUPressureThresholdSec"),
        (ServiceSection, Memory, "MemoryAccounting MemoryMin StartupMemoryMin DefaultMemoryMin DefaultStartupMemoryMin DefaultMemoryLow DefaultStartupMemoryLow MemoryLow StartupMemoryLow MemoryHigh StartupMemoryHigh MemoryMax StartupMemoryMax MemorySwapMax StartupMemorySwapMax MemoryZSwapMax StartupMemoryZSwapMax MemoryZSwapWriteback MemoryLimit MemoryKSM MemoryPressureWatch MemoryPressureThresholdSec"),
        (ServiceSection, Disk, "IOAccounting IOWeight StartupIOWeight IODeviceWeight IOReadBandwidthMax IOWriteBandwidthMax IOReadIOPSMax IOWriteIOPSMax IODeviceLatencyTargetSec IOPressureWatch IOPressureThresholdSec BlockIOAccounting BlockIOWeight StartupBlockIOWeight BlockIODeviceWeight BlockIOReadBandwidth BlockIOWriteBandwidth"),
        (ServiceSection, "For a container write --pids-limit on the docker line.", "TasksAccounting TasksMax"),

        (TimerOptions.Section, null, "OnCalendar OnActiveSec OnBootSec OnStartupSec OnUnitActiveSec OnUnitInactiveSec AccuracySec RandomizedDelaySec FixedRandomDelay Persistent"),
        (TimerOptions.Section, null, "RemainAfterElapse Unit"),
        (TimerOptions.Section, "Write OnCalendar= or OnUnitActiveSec=.", "OnClockChange OnTimezoneChange"),
        (TimerOptions.Section, Machine, "WakeSystem DeferReactivation"),

        (InstallSection, null, string.Join(' ', Enabling)),
        (InstallSection, "Give the unit one name, or import its file under the other name too.", "Alias Also"),
        (InstallSection, "Start-HaUnit -Instance names the instances.", "DefaultInstance"),
    ];

    private static readonly FrozenSet<string> Lists = (
        "Documentation After Before Requires Requisite Wants BindsTo BindTo PartOf Upholds Conflicts ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost "
        + "SuccessExitStatus RestartPreventExitStatus RestartForceExitStatus Environment EnvironmentFile PassEnvironment UnsetEnvironment SupplementaryGroups")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FrozenDictionary<string, string?>> Sections = Groups
        .GroupBy(group => group.Section, StringComparer.Ordinal)
        .ToFrozenDictionary(
            section => section.Key,
            section => section.SelectMany(group => group.Keys.Split(' ').Select(key => KeyValuePair.Create(key, group.Advice))).ToFrozenDictionary(StringComparer.Ordinal),
            StringComparer.Ordinal);

    /// <summary>The names of a section's options.</summary>
    public static IReadOnlyList<string> Of(string section) => Sections.GetValueOrDefault(section)?.Keys ?? [];

    /// <summary>Whether it is an option of systemd's in this section.</summary>
    public static bool Has(string section, string key) => Sections.GetValueOrDefault(section)?.ContainsKey(key) == true;

    /// <summary>What to write instead of an option that is not acted on; null where there is nothing to write.</summary>
    public static string? Advice(string section, string key) => Sections.GetValueOrDefault(section)?.GetValueOrDefault(key);

    /// <summary>Whether it is an option of <c>[Install]</c> by which a unit is started with the machine.</summary>
    public static bool IsEnabling(string key) => Enabling.Contains(key, StringComparer.Ordinal);

    /// <summary>Whether a second line of this option adds to the first one; otherwise the last line counts.</summary>
    public static bool IsList(string key) => Lists.Contains(key);

    private static string Conditions(string prefix) => string.Join(
        ' ',
        ("PathExists PathExistsGlob PathIsDirectory PathIsSymbolicLink PathIsMountPoint PathIsReadWrite PathIsEncrypted PathIsSocket DirectoryNotEmpty FileNotEmpty FileIsExecutable NeedsUpdate "
            + "FirstBoot Architecture Virtualization Host KernelCommandLine KernelVersion KernelModuleLoaded Version Credential Security Capability ACPower Memory CPUFeature CPUs Environment User "
            + "Group ControlGroupController OSRelease MemoryPressure CPUPressure IOPressure")
            .Split(' ').Select(name => prefix + name));
}
