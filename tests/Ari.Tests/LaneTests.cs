namespace Ringway.Ari.Tests;

/// <summary>Commands over several sockets.</summary>
public class LaneTests
{
    [Fact]
    public async Task A_calls_commands_keep_to_one_socket_while_they_are_under_way()
    {
        await using var rig = await Rig.StartAsync(3);
        var call = rig.Lanes.Client.For("c1");
        Task[] commands = [call.AnswerAsync(new("c1.caller")), call.CreateBridgeAsync(new("c1")), call.AddToBridgeAsync(new("c1"), new ChannelId("c1.caller"))];
        var line = await rig.BusyLineAsync();
        Assert.Equal(["channels/c1.caller/answer", "bridges/c1", "bridges/c1/addChannel"],
            [(await line.AnswerNextAsync()).Uri, (await line.AnswerNextAsync(200, """{"id":"c1"}""")).Uri, (await line.AnswerNextAsync()).Uri]);
        await Task.WhenAll(commands).Within();
    }

    [Fact]
    public async Task Nobody_new_gets_behind_a_slow_command()
    {
        await using var rig = await Rig.StartAsync(2);
        var slow = rig.Lanes.Client.For("slow").AnswerAsync(new("slow"));
        var busy = await rig.BusyLineAsync();
        var stuck = (await busy.HearAsync())!;
        var free = rig.Lines.Single(line => line != busy);
        for (var i = 0; i < 20; i++)
        {
            var quick = rig.Lanes.Client.For($"quick{i}").AnswerAsync(new($"quick{i}"));
            await free.AnswerNextAsync();
            await quick.Within();
        }
        await busy.AnswerAsync(stuck);
        await slow.Within();
    }

    [Fact]
    public async Task Commands_of_no_call_keep_their_order_too()
    {
        await using var rig = await Rig.StartAsync(3);
        Task[] commands = [.. Enumerable.Range(0, 50).Select(i => rig.Lanes.Client.AnswerAsync(new($"c{i}")))];
        var line = await rig.BusyLineAsync();
        for (var i = 0; i < commands.Length; i++)
            Assert.Equal($"channels/c{i}/answer", (await line.AnswerNextAsync()).Uri);
        await Task.WhenAll(commands).Within();
    }

    [Fact]
    public async Task Many_calls_at_once_are_spread_evenly()
    {
        await using var rig = await Rig.StartAsync(4);
        Task[] commands = [.. Enumerable.Range(0, 40).Select(i => rig.Lanes.Client.For($"c{i}").AnswerAsync(new($"c{i}")))];
        foreach (var line in rig.Lines)
            for (var i = 0; i < 10; i++)
                await line.AnswerNextAsync();
        await Task.WhenAll(commands).Within();
    }

    [Fact]
    public async Task A_socket_that_is_gone_is_passed_over()
    {
        await using var rig = await Rig.StartAsync(2, Us.Unhurried with { ReconnectDelays = [TimeSpan.Zero, TimeSpan.FromMinutes(1)] });
        await rig.Lines[0].CloseAsync();
        await Until.TrueAsync(() => rig.Asterisk.Log.Lines.Any(line => line.Text.Contains("disconnected")));
        for (var i = 0; i < 6; i++)
        {
            var command = rig.Lanes.Client.For($"c{i}").AnswerAsync(new($"c{i}"));
            await rig.Lines[1].AnswerNextAsync();
            await command.Within();
        }
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private Task<AriEnding> _running = null!;

        public AsteriskServer Asterisk { get; private set; } = null!;

        public AriLanes Lanes { get; private set; } = null!;

        public Line[] Lines { get; private set; } = [];

        public static async Task<Rig> StartAsync(int lanes, AriOptions? options = null)
        {
            var rig = new Rig { Asterisk = await AsteriskServer.StartAsync() };
            rig.Lanes = new AriLanes("lane", lanes, options ?? Us.Unhurried, TimeProvider.System, rig.Asterisk.Log);
            rig._running = rig.Lanes.RunAsync(rig.Asterisk.Address, "ada", "x", rig._over.Token);
            rig.Lines = new Line[lanes];
            for (var i = 0; i < lanes; i++)
                rig.Lines[i] = await rig.Asterisk.NextLineAsync();
            await Until.TrueAsync(() => rig.Asterisk.Log.Lines.Count(line => line.Text.Contains(": connected")) == lanes);
            return rig;
        }

        /// <summary>The one on which something was said.</summary>
        public async Task<Line> BusyLineAsync()
        {
            Line? busy = null;
            await Until.TrueAsync(() => (busy = Lines.FirstOrDefault(line => line.HasHeard)) is not null);
            return busy!;
        }

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await Asterisk.DisposeAsync();
            await _running;
            await Lanes.DisposeAsync();
            _over.Dispose();
        }
    }
}
