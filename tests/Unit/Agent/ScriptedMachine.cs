using System.Threading.Channels;
using HaWeb.Core.Effects;

namespace HaWeb.Tests.Unit.Agent;

/// <summary>A machine that says what a test makes it say, and shows the test every event.</summary>
internal sealed class ScriptedMachine(Func<Event, IEnumerable<Effect>> script) : IStateMachine
{
    private readonly Channel<(Event Happened, DateTimeOffset Now)> _seen = Channel.CreateUnbounded<(Event, DateTimeOffset)>();

    public ScriptedMachine(params Effect[] first)
        : this(happened => happened is Event.Started ? first : [])
    {
    }

    public IReadOnlyList<Effect> Step(Event happened, DateTimeOffset now)
    {
        _seen.Writer.TryWrite((happened, now));
        return [.. script(happened)];
    }

    /// <summary>The next event of a kind; others before it are skipped.</summary>
    public async Task<T> NextAsync<T>()
        where T : Event => (await NextWithTimeAsync<T>()).Happened;

    public async Task<(T Happened, DateTimeOffset Now)> NextWithTimeAsync<T>()
        where T : Event
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var (happened, now) = await _seen.Reader.ReadAsync(patience.Token);
            if (happened is T wanted)
            {
                return (wanted, now);
            }
        }
    }
}
