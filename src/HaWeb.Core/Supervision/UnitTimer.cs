using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>When a timer elapses next, as systemd 252 has it. It is looked for when the timer starts to wait, and holds until something else happens.</summary>
/// <param name="unit">The timer.</param>
/// <param name="options">Its options.</param>
/// <param name="facts">The machine.</param>
public sealed class UnitTimer(UnitName unit, TimerOptions options, MachineFacts facts)
{
    // However short its times are, the store is not to be written all the time.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>Its options.</summary>
    public TimerOptions Options => options;

    /// <summary>Whether it can elapse again when no time is to come now: its service may run for another reason.</summary>
    public bool MayElapseAgain => options.Triggers.Any(trigger => trigger.Base is TimerBase.UnitActive or TimerBase.UnitInactive);

    /// <summary>What is remembered when the timer becomes active, from what was remembered before.</summary>
    /// <param name="before">That; null for nothing.</param>
    /// <param name="generation">The create revision of its placement.</param>
    /// <param name="restart">The restart number that it carries out.</param>
    /// <param name="now">The time.</param>
    public TimerRecord Activate(TimerRecord? before, long generation, int restart, DateTimeOffset now)
    {
        // What has never elapsed counts from its first start; a stamp that is still to come was written by a wrong clock.
        var stamp = options.Persistent ? before?.Last ?? before?.Activated : null;
        var isSameBoot = before is not null && before.Boot == facts.BootId;
        return new TimerRecord
        {
            Boot = facts.BootId,
            Generation = generation,
            Restart = restart,
            Activated = now,
            Last = stamp > now ? null : stamp,
            ServiceStarted = isSameBoot ? before!.ServiceStarted : null,
            ServiceEnded = isSameBoot ? before!.ServiceEnded : null,
        };
    }

    /// <summary>Whether what was remembered is of the timer as it is active now, so that it goes on.</summary>
    public bool GoesOn(TimerRecord? before, long generation, int restart) =>
        before is { Activated: not null } && before.Boot == facts.BootId && before.Generation == generation && before.Restart == restart;

    /// <summary>When it elapses next; a time that is over for at once, and null for never as things stand.</summary>
    /// <param name="memory">What is remembered of it.</param>
    /// <param name="now">The time.</param>
    public DateTimeOffset? NextElapse(TimerRecord memory, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(memory);
        DateTimeOffset? counted = null;
        DateTimeOffset? calendar = null;
        foreach (var trigger in options.Triggers)
        {
            if (trigger.Calendar is { } calendarEvent)
            {
                var next = calendarEvent.NextAfter(memory.Last ?? memory.Activated ?? now, facts.TimeZone);

                // What it asked for while the machine was off is delayed from the start of the machine.
                calendar = Earliest.Of(calendar, next < facts.BootedAt ? facts.BootedAt : next);
            }
            else if (BaseOf(trigger.Base, memory, now) is { } start && Later(start, trigger.Delay) is { } next && !IsSpent(trigger.Base, next, memory, now))
            {
                counted = Earliest.Of(counted, next);
            }
        }

        var elapse = Earliest.Of(Delayed(counted), Delayed(calendar));
        var earliest = memory.Last + ShortestPause;
        return elapse < earliest ? earliest : elapse;
    }

    private DateTimeOffset? BaseOf(TimerBase from, TimerRecord memory, DateTimeOffset now) => from switch
    {
        TimerBase.Active => memory.Activated ?? now,
        TimerBase.Boot => facts.BootedAt ?? memory.Activated ?? now,
        TimerBase.UnitActive => LatestOf(memory.ServiceStarted, memory.Last),
        _ => LatestOf(memory.ServiceEnded, memory.Last),
    };

    /// <summary>A time that comes once has been, when it is over and the timer has elapsed.</summary>
    private static bool IsSpent(TimerBase from, DateTimeOffset next, TimerRecord memory, DateTimeOffset now) =>
        from is TimerBase.Active or TimerBase.Boot && memory.Last is { } last && (next < now || next <= last);

    private static DateTimeOffset? LatestOf(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private static DateTimeOffset? Later(DateTimeOffset time, TimeSpan delay) => delay > DateTimeOffset.MaxValue - time ? null : time + delay;

    /// <summary>Adds the delay that is by chance: by the machine, the unit and, unless it is the same every time, the time itself.</summary>
    private DateTimeOffset? Delayed(DateTimeOffset? elapse)
    {
        if (elapse is not { } time || options.RandomizedDelay == TimeSpan.Zero)
        {
            return elapse;
        }

        var occurrence = options.FixedRandomDelay ? "" : time.UtcTicks.ToString(CultureInfo.InvariantCulture);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{facts.MachineId}\n{unit}\n{occurrence}"));
        var share = (UInt128)BinaryPrimitives.ReadUInt64BigEndian(hash);
        return Later(time, TimeSpan.FromTicks((long)((share * (ulong)options.RandomizedDelay.Ticks) >> 64)));
    }
}
