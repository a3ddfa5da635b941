using System.Net;
using System.Net.Sockets;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>Starting and ending the product, as a person or a script does.</summary>
[Trait("needs", "asterisk")]
public sealed class UpAndDown
{
    [Theory, InlineData("INT"), InlineData("TERM")]
    public async Task A_signal_ends_everything_that_was_started(string signal)
    {
        await using var product = await Product.StartAsync();
        Assert.NotEmpty(product.ProcessesLeft());

        Assert.Equal(0, await product.EndAsync(signal));

        Assert.Empty(product.ProcessesLeft());
        Assert.All(product.Ports.Tcp, port => Assert.True(Ports.IsFree(port), $"port {port} is still in use"));
    }

    [Fact]
    public async Task A_second_up_on_the_same_folder_is_refused_and_names_the_first()
    {
        await using var product = await Product.StartAsync();

        var second = await Product.RunCliAsync(["up", .. product.UpArguments]);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"pid {product.Ready.Pids.Ringway}", second.Error, StringComparison.Ordinal);
        Assert.Contains("--data DIR", second.Error, StringComparison.Ordinal);
        Assert.Empty(second.Output);
    }

    [Fact]
    public async Task After_kill_9_the_next_up_adopts_and_down_ends_what_is_left()
    {
        await using var product = await Product.StartAsync();
        var first = product.Ready.Pids;
        await product.KillRingwayAsync();

        await product.UpAsync();
        var second = product.Ready.Pids;
        Assert.Equal((first.Asterisk, first.Simulator, first.SimulatorAsterisk), (second.Asterisk, second.Simulator, second.SimulatorAsterisk));
        Assert.NotEqual(first.Ringway, second.Ringway);

        await product.KillRingwayAsync();
        var down = await Product.RunCliAsync("down", "--data", product.Data);
        Assert.Equal(0, down.ExitCode);
        Assert.Empty(product.ProcessesLeft());
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_its_option_and_nothing_is_started()
    {
        await using var product = Product.Prepare();
        using var occupied = new TcpListener(IPAddress.Loopback, product.Ports.TrunkTls);
        occupied.Start();

        var up = await Product.RunCliAsync(["up", .. product.UpArguments]);

        Assert.Equal(1, up.ExitCode);
        Assert.Contains($"port {product.Ports.TrunkTls}", up.Error, StringComparison.Ordinal);
        Assert.Contains($"pid {Environment.ProcessId}", up.Error, StringComparison.Ordinal);
        Assert.Contains("--set trunk.port=", up.Error, StringComparison.Ordinal);
        Assert.Empty(product.ProcessesLeft());
    }

    [Fact]
    public async Task Wrong_settings_are_all_told_at_once_with_what_was_meant()
    {
        await using var product = Product.Prepare("calls.ringSecond=20", "lines.0.number=12");

        var up = await Product.RunCliAsync(["up", .. product.UpArguments]);

        Assert.Equal(2, up.ExitCode);
        Assert.Contains("did you mean 'ringSeconds'?", up.Error, StringComparison.Ordinal);
        Assert.Contains("lines[0].number", up.Error, StringComparison.Ordinal);
    }

    [Theory, InlineData("upp", "up"), InlineData("tset", "test")]
    public async Task An_unknown_verb_gets_the_nearest_one(string typed, string meant)
    {
        var answer = await Product.RunCliAsync(typed);

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains($"did you mean '{meant}'?", answer.Error, StringComparison.Ordinal);
    }
}
