using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Ari;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Switchboard;

namespace Ringway.Tests.Switchboard;

/// <summary>A switchboard with two free agents, connected to a model of Asterisk, and a clock that we move.</summary>
internal sealed class Desk : IAsyncDisposable, ICallFloor
{
    private readonly CancellationTokenSource _power = new();
    private readonly ConcurrentQueue<Call> _told = new();
    private readonly AriApplication _application;
    private readonly Task _running;

    public Desk(ModelAsterisk asterisk, Story? remembered = null)
    {
        Asterisk = asterisk;
        _application = new("ringway-1", new AriOptions(), TimeProvider.System, NullLogger<AriApplication>.Instance);
        Switchboard = new([_application], new CallOptions(), new CallPlaces(agent => $"{agent}-line", _ => "+15550001000"), this,
            "n1", new Random(7), Clock, NullLoggerFactory.Instance);
        var open = remembered is null ? ImmutableDictionary<CallId, Story>.Empty : ImmutableDictionary<CallId, Story>.Empty.Add(remembered.Id, remembered);
        _running = Switchboard.RunAsync(open, _power.Token);
        _ = asterisk.ConnectAsync(_application, _power.Token);
    }

    public ModelAsterisk Asterisk { get; }
    public Ringway.Switchboard.Switchboard Switchboard { get; }
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
    public ImmutableArray<AgentId> Free { get; set; } = [new("ada"), new("bob")];
    public IReadOnlyCollection<Call> Told => _told;

    public CallEvent Chosen(Story story, string menu, char? key, int tries) =>
        key == '1' ? new CallEvent.AgentsChosen(Free, MayWait: true, Team: "sales") : new CallEvent.MenuReached(menu);

    public IReadOnlyList<string> Menu(string menu) => [$"sound:/prompts/menu-{menu}"];

    public Story Known(Story story) => story;

    public IReadOnlyList<string> Announcement(string announcement) => [$"sound:/prompts/say-{announcement}"];

    public CallEvent Arrived(Story story) => AsksFirst ? new CallEvent.MenuReached("main") : new CallEvent.AgentsChosen(Free, What.Busy, MayWait, MayLeaveMessage, CallBackKey: CallBackKey);

    public bool MayWait { get; set; }

    public bool AsksFirst { get; set; }

    public bool MayLeaveMessage { get; set; }

    public void Changed(Call call, CallEvidence evidence)
    {
        _told.Enqueue(call);
        Asterisk.Nudge();
    }

    public void Seek(Story story, AgentId? first) => Sought.Add((story.Id, first));

    public CallEvent PassedOn(Story story) => new CallEvent.AgentsChosen(Free, MayWait: true, Team: "second");

    public List<(CallId Call, AgentId? First)> Sought { get; } = [];

    public CallPatience Patience(Story story) => new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(120), Music);

    public TimeSpan Music { get; set; }

    public char? CallBackKey { get; set; }

    public List<Story> CallBacks { get; } = [];

    public void CallBackAsked(Story story) => CallBacks.Add(story);

    public IReadOnlyList<string> Promise(Story story) => ["sound:/prompts/promise"];

    public WaitNotice Notice(Story story) => new(Place: 2);

    public IReadOnlyList<string> Notice(Story story, WaitNotice notice) => ["sound:/prompts/words", $"sound:/prompts/place-{notice.Place}", "sound:/prompts/key"];

    public IReadOnlyList<string> Greeting(string line, What because) => ["sound:/prompts/nobody", "sound:/prompts/tone"];

    public RecordingPolicy RecordingPolicy { get; set; }

    public RecordingPolicy Recording(string line) => RecordingPolicy;

    public IReadOnlyList<string> RecordingNotice(string line) => ["sound:/prompts/recorded"];

    public string Hush => "sound:/prompts/hush";

    public List<(CallId Call, Side Side)> Closed { get; } = [];

    public void TapeClosed(CallId call, Side side) => Closed.Add((call, side));

    public void Released(CallId call)
    {
    }

    public void Reconciled(IReadOnlySet<CallId> held, DateTimeOffset now)
    {
    }

    /// <summary>Asterisk opens its socket anew; the one before is dropped.</summary>
    public Task ReconnectAsync()
    {
        _ = Asterisk.ConnectAsync(_application, _power.Token);
        return Task.CompletedTask;
    }

    public async Task<Call.Over> OverAsync()
    {
        await Asterisk.UntilAsync("the call is over", () => _told.OfType<Call.Over>().Any());
        return _told.OfType<Call.Over>().Single();
    }

    /// <summary>Dies without a word, as by kill -9: nothing is said to Asterisk.</summary>
    public async ValueTask DisposeAsync()
    {
        await _power.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        await _application.DisposeAsync();
    }
}
