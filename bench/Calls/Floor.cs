using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ringway.Bench.Calls.Wire;

namespace Ringway.Bench.Calls;

/// <summary>A line with its agent's phone, registered and free or in a call.</summary>
public sealed record Desk(LineUnderTest Line, AgentPhone Phone, SipAccountUnderTest Account);

/// <summary>Everybody who takes part: the trunk, and a phone for each line. A call takes the desk that has been free for longest.</summary>
public sealed class Floor : IAsyncDisposable
{
    /// <summary>A call that takes longer to be answered is lost to a person.</summary>
    public static readonly TimeSpan TooLong = TimeSpan.FromSeconds(2);

    /// <summary>How long a caller stays after the answer.</summary>
    private static readonly TimeSpan ShortTalk = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<Desk> _free = new();
    private readonly MetaSide _meta;
    private readonly Socket _deaf;

    private Floor(MetaSide meta, IReadOnlyList<Desk> desks, Socket deaf)
    {
        (_meta, Desks, _deaf) = (meta, desks, deaf);
        foreach (var desk in desks) _free.Enqueue(desk);
    }

    public IReadOnlyList<Desk> Desks { get; }

    /// <summary>Where everybody's sound comes in and goes out.</summary>
    public Socket Media => _deaf;

    public static async Task<Floor> OpenAsync(ProductUnderTest product, bool proxied, CancellationToken ct)
    {
        // Open, so that nobody is told "port unreachable", and never read but by Speech: the kernel throws away what does not fit.
        var deaf = new Socket(SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4096 };
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;

        var desks = new List<Desk>();
        foreach (var line in product.Lines)
        {
            var (account, token) = await product.SignInAsync(line, ct);
            desks.Add(new Desk(line, await AgentPhone.RegisterAsync(product.PhoneSocket(proxied), account, proxied ? token : null, port, ct), account));
        }

        return new Floor(await MetaSide.ConnectAsync(ProductUnderTest.TrunkHost, product.TrunkPort, product.CaFile, port, ct), desks, deaf);
    }

    /// <summary>One call from the INVITE to the end of both legs; its failure is in it.</summary>
    public Task<CallTimes> CallAsync() => CallAsync(ShortTalk, TooLong);

    /// <param name="tooLong">A call that takes longer to be answered has failed.</param>
    public async Task<CallTimes> CallAsync(TimeSpan talk, TimeSpan tooLong)
    {
        var times = new CallTimes();
        if (!_free.TryDequeue(out var desk))
        {
            times.Fail("all desks are taken: calls stay too long");
            return times;
        }

        desk.Phone.Expect(times);
        _meta.Place(times, desk.Line, talk);
        try
        {
            await times.Done.WaitAsync(talk + tooLong * 2, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            times.Fail(times.Rung == 0 ? "the agent never rang" : times.Answered == 0 ? "never answered" : "never ended");
        }

        if (times.Failure is null && times.SetUpMs > tooLong.TotalMilliseconds) times.Fail("answered too late");
        _free.Enqueue(desk);
        return times;
    }

    /// <summary>Calls that stay, one on each desk, up to the number; the caller must end them with <see cref="HangUpAsync"/>.</summary>
    /// <param name="sound">Both sides can speak: all have agreed on keys when this returns.</param>
    public async Task<IReadOnlyList<CallTimes>> HoldAsync(int count, bool sound, CancellationToken ct)
    {
        var held = new List<CallTimes>();
        foreach (var desk in Desks.Take(count))
        {
            var times = new CallTimes { Browser = sound ? new BrowserSound() : null };
            desk.Phone.Expect(times);
            _meta.Place(times, desk.Line, talk: null);
            held.Add(times);
            while (times.Answered == 0 && !times.Done.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, ct);
            if (times.Failure is { } why) throw new InvalidOperationException($"A call to be held: {why}.");
        }

        await Task.WhenAll(held.Select(call => call.AgentLeg).OfType<Task>());
        return held;
    }

    public async Task HangUpAsync(IEnumerable<CallTimes> held)
    {
        foreach (var call in held)
        {
            _meta.HangUp(call);
            await Task.WhenAny(call.Done, Task.Delay(TooLong, TimeProvider.System));
            call.Browser?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _meta.DisposeAsync();
        foreach (var desk in Desks) await desk.Phone.DisposeAsync();
        _deaf.Dispose();
    }
}
