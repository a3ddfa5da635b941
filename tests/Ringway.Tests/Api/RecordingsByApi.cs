using System.Net;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Store;

namespace Ringway.Tests.Api;

public class RecordingsByApi
{
    [Fact]
    public async Task Who_had_the_call_hears_it_a_colleague_does_not_and_the_listening_is_written_down()
    {
        await using var host = await StartAsync();
        await PutAsync(host, "n1-1", agent: "ada");
        var (ada, bob) = (await host.SignInAsync(), await host.SignInAsync("bob"));

        var heard = await ada.GetAsync("/api/v1/calls/n1-1/recording");

        Assert.Equal(("audio/wav", 3), (heard.Content.Headers.ContentType!.MediaType, (await heard.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.GetAsync("/api/v1/calls/n1-1/recording")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.GetAsync("/api/v1/calls/n1-1/audit")).StatusCode);
        var rows = (await ada.JsonAsync("/api/v1/calls/n1-1/audit")).EnumerateArray().ToList();
        Assert.Equal(("ada", "recording.heard"), (rows.Single().GetProperty("agent").GetString(), rows[0].GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_listener_of_the_line_hears_the_calls_of_all()
    {
        await using var host = await StartAsync("bob");
        await PutAsync(host, "n1-1", agent: "ada");

        Assert.Equal(HttpStatusCode.OK, (await (await host.SignInAsync("bob")).GetAsync("/api/v1/calls/n1-1/recording")).StatusCode);
    }

    [Fact]
    public async Task A_call_that_was_not_recorded_and_one_whose_file_is_gone_say_so()
    {
        await using var host = await StartAsync();
        var ada = await host.SignInAsync();
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended("n1-2", Example.Noon));
        await PutAsync(host, "n1-1", agent: "ada");
        File.Delete(Path.Combine(host.Part<HostPaths>().Recordings, "n1-1.wav"));

        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync("/api/v1/calls/n1-2/recording")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync("/api/v1/calls/n1-1/recording")).StatusCode);
        Assert.Empty((await ada.JsonAsync("/api/v1/calls/n1-1/audit")).EnumerateArray());
    }

    private static Task<TestHost> StartAsync(params string[] listeners) => TestHost.StartAsync(options => options with
    {
        Lines = [options.Lines[0] with { Recording = new() { When = Ringway.Calls.RecordWhen.Always, Listeners = [.. listeners] } }],
    });

    private static async Task PutAsync(TestHost host, string call, string agent)
    {
        var folder = Directory.CreateDirectory(host.Part<HostPaths>().Recordings).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, call + ".wav"), [1, 2, 3]);
        await host.Part<ICallStore>().SaveCallAsync(Example.Ended(call, Example.Noon, agent));
        await host.Part<ICallStore>().SaveRecordingAsync(new(call, Example.Noon, null, 8, 3, call + ".wav", null, Example.Noon.AddSeconds(10)));
    }
}
