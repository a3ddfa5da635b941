using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Ringway.Agents;
using Ringway.CallBacks;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.Tests.WhatsApp;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.Api;

/// <summary>Those who want to be called back, from asking to being called.</summary>
public sealed class CallBacksByApi
{
    private const string Carla = "+4915112345678";

    private static readonly DateTimeOffset Asked = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeMilliseconds());

    [Fact]
    public async Task Who_asked_is_on_the_list_with_whether_she_may_be_called_and_every_page_is_told()
    {
        var meta = new PlayedMeta();
        await using var host = await TestHost.StartAsync(Payloads.WithAccount, adjust: builder => builder.Services.AddSingleton<ICallPermissionSource>(meta));
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        Assert.Equal(0, (await ear.HearAsync("hello")).GetProperty("callBacks").GetArrayLength());

        host.Part<CallBackBook>().Asked(Story());

        var told = (await ear.HearAsync("call-backs")).GetProperty("callBacks")[0];
        Assert.Equal(["id", "customer", "line", "askedAt", "takenBy", "leftMessage", "permission"], told.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("n1-1", Carla, "Shop", Asked), (told.GetProperty("id").GetString(), told.GetProperty("customer").GetProperty("number").GetString(),
            told.GetProperty("line").GetProperty("name").GetString(), told.GetProperty("askedAt").GetDateTimeOffset()));
        Assert.Equal((false, "no-permission"), (told.GetProperty("permission").GetProperty("mayCall").GetBoolean(), told.GetProperty("permission").GetProperty("why").GetString()));
        Assert.Equal(told.GetRawText(), (await page.JsonAsync("/api/v1/call-backs"))[0].GetRawText());

        await host.Part<PermissionBook>().HearAsync("main", PermissionCast.Carla, null, new PermissionEvent.Granted(TimeProvider.System.GetUtcNow(), Until: null), default);
        var allowed = await ear.HearAsync("call-backs");
        while (!allowed.GetProperty("callBacks")[0].GetProperty("permission").GetProperty("mayCall").GetBoolean()) allowed = await ear.HearAsync("call-backs");
    }

    [Theory]
    [InlineData(VoicemailMode.On, 1)]
    [InlineData(VoicemailMode.Off, 0)]
    public async Task Who_left_a_message_is_on_the_list_unless_the_line_says_no(VoicemailMode callBack, int many)
    {
        await using var host = await TestHost.StartAsync(options => options with { Lines = [options.Lines[0] with { Voicemail = new() { Enabled = VoicemailMode.On, CallBack = callBack } }] });
        var page = await host.SignInAsync();
        var (story, floor) = (Story(), host.Part<CallFloor>());

        floor.Changed(new Call.Over(story, new(What.Voicemail, Whose.Customer), Asked), new CallEvidence(story.Began, story.Customer, TimeProvider.System));
        floor.Changed(new Call.Over(story with { Id = new("n1-0") }, new(What.Abandoned, Whose.Customer), Asked), new CallEvidence(story.Began, story.Customer, TimeProvider.System));
        await host.Part<CallBackBook>().RemoveAsync("n1-7", default); // done in its turn, so after those before

        var list = await page.JsonAsync("/api/v1/call-backs");
        Assert.Equal(many, list.GetArrayLength());
        if (many > 0) Assert.Equal(("n1-1", true), (list[0].GetProperty("id").GetString(), list[0].GetProperty("leftMessage").GetBoolean()));
    }

    [Fact]
    public async Task Whose_call_has_not_ended_yet_is_not_on_the_list_and_then_is()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        await ear.HearAsync("hello");
        host.Part<CallBoard>().Publish(CallView.From(Example.Call("n1-1", "promised")));
        host.Part<CallBackBook>().Asked(Story());
        host.Part<CallBackBook>().Asked(Story() with { Id = new("n1-0"), Customer = new("+15550100001") });
        Assert.Equal(["n1-0"], Ids(await ear.HearAsync("call-backs")));

        host.Part<CallBoard>().Publish(CallView.From(Example.Call("n1-1", "over") with { EndedAt = Asked, Outcome = OutcomeFact.From(new(What.CallBack, Whose.Customer)) }));
        Assert.Equal(["n1-0", "n1-1"], Ids(await ear.HearAsync("call-backs")).Order());

        static IEnumerable<string?> Ids(JsonElement told) => told.GetProperty("callBacks").EnumerateArray().Select(one => one.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Who_is_being_called_cannot_be_called_by_another_and_is_off_the_list_when_she_answers()
    {
        await using var host = await TestHost.StartAsync();
        var (ada, bob) = (await host.SignInAsync(), await host.SignInAsync("bob"));
        using var ear = await bob.ListenAsync();
        await AskAsync(host, ear);

        var placed = await ada.PostAsync("/api/v1/call-backs/n1-1/call");
        Assert.Equal((HttpStatusCode.Accepted, "n1-7"), (placed.StatusCode, (await placed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()));
        Assert.Equal(("ada", Carla, "main"), host.Calls.Asked.Select(asked => (asked.By.Value, asked.To.E164, asked.Line)).Single());
        Assert.Equal("ada", (await ear.HearAsync("call-backs")).GetProperty("callBacks")[0].GetProperty("takenBy").GetString());
        var second = await bob.PostAsync("/api/v1/call-backs/n1-1/call");
        Assert.Equal((HttpStatusCode.Conflict, "taken"), (second.StatusCode, await CodeAsync(second)));
        Assert.Single(host.Calls.Asked);

        host.Part<CallBoard>().Publish(Outbound("talking") with { AnsweredAt = TimeProvider.System.GetUtcNow() });
        Assert.Equal(0, (await ear.HearAsync("call-backs")).GetProperty("callBacks").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await bob.PostAsync("/api/v1/call-backs/n1-1/call")).StatusCode);
    }

    [Fact]
    public async Task Who_is_not_reached_stays_on_the_list()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        await AskAsync(host, ear);

        host.Calls.Answer = new PlaceResult.Refused("no-permission", "This user has not allowed calls from you.");
        Assert.Equal("no-permission", await CodeAsync(await page.PostAsync("/api/v1/call-backs/n1-1/call")));
        await FreeAsync(ear);

        host.Calls.Answer = new PlaceResult.Placed("n1-7");
        await page.PostAsync("/api/v1/call-backs/n1-1/call");
        host.Part<CallBoard>().Publish(Outbound("ringing"));
        host.Part<CallBoard>().Publish(Outbound("over"));
        await FreeAsync(ear);
        Assert.Equal(HttpStatusCode.Accepted, (await page.PostAsync("/api/v1/call-backs/n1-1/call")).StatusCode);
    }

    [Fact]
    public async Task Whoever_has_talked_with_her_meanwhile_has_done_it_but_not_by_the_call_in_which_she_asked()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        await AskAsync(host, ear);
        var board = host.Part<CallBoard>();

        board.Publish(CallView.From(Example.Ended("n1-1", Asked.AddMinutes(-1))) with { AnsweredAt = Asked.AddSeconds(1) });
        board.Publish(CallView.From(Example.Ended("n1-2", Asked.AddHours(-1))));
        board.Publish(CallView.From(Example.Call("n1-3", "talking")) with { AnsweredAt = TimeProvider.System.GetUtcNow() });

        Assert.Equal(0, (await ear.HearAsync("call-backs")).GetProperty("callBacks").GetArrayLength());
    }

    [Fact]
    public async Task An_entry_can_be_taken_off_and_what_is_not_there_is_said_so()
    {
        await using var host = await TestHost.StartAsync();
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        await AskAsync(host, ear);

        Assert.Equal(HttpStatusCode.NoContent, (await page.DeleteAsync("/api/v1/call-backs/n1-1")).StatusCode);
        Assert.Equal(0, (await page.JsonAsync("/api/v1/call-backs")).GetArrayLength());
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (await page.DeleteAsync("/api/v1/call-backs/n1-1")) is var gone ? (gone.StatusCode, await CodeAsync(gone)) : default);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().GetAsync("/api/v1/call-backs")).StatusCode);
    }

    [Fact]
    public async Task The_list_outlives_ringway_and_who_was_taken_without_a_call_is_free_again()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-host-").FullName;
        var first = await TestHost.StartAsync(folder: folder);
        using (var ear = await (await first.SignInAsync()).ListenAsync())
        {
            await AskAsync(first, ear);
        }

        Assert.True(await first.Part<ICallStore>().TakeCallBackAsync("n1-1", "ada", TimeProvider.System.GetUtcNow().AddMinutes(-2)));
        await first.StopAsync();

        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var second = await TestHost.StartAsync(folder: folder, adjust: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var page = await second.SignInAsync();
        using var again = await page.ListenAsync();
        var hello = await again.HearAsync("hello");
        if (hello.GetProperty("callBacks").GetArrayLength() == 0) hello = await again.HearAsync("call-backs");
        Assert.Equal("ada", hello.GetProperty("callBacks")[0].GetProperty("takenBy").GetString());

        time.Advance(TimeSpan.FromSeconds(31));
        await FreeAsync(again);
    }

    private static async Task AskAsync(TestHost host, Ear ear)
    {
        await ear.HearAsync("hello");
        host.Part<CallBackBook>().Asked(Story());
        await ear.HearAsync("call-backs");
    }

    private static async Task FreeAsync(Ear ear)
    {
        var told = await ear.HearAsync("call-backs");
        while (told.GetProperty("callBacks")[0].GetProperty("takenBy").ValueKind != JsonValueKind.Null) told = await ear.HearAsync("call-backs");
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    private static Story Story() => new(new("n1-1"), Direction.Inbound, new(Carla, Name: "Carla"), "main", Asked.AddMinutes(-1)) { CallBackAt = Asked };

    private static CallView Outbound(string state) => CallView.From(Example.Call("n1-7", state) with { Direction = Direction.Outbound, Agent = "ada", ArrivedAt = TimeProvider.System.GetUtcNow() });
}
