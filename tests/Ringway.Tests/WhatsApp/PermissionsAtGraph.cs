using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Options;
using Ringway.Tests.Api;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.WhatsApp;

/// <summary>Meta's documented answers, over HTTP, become what the rules understand.</summary>
public sealed class PermissionsAtGraph
{
    [Fact]
    public async Task A_temporary_permission_with_its_limits_is_read_with_the_token_of_the_account()
    {
        await using var graph = await PlayedGraph.StartAsync(200,
            """
            {"messaging_product":"whatsapp","permission":{"status":"temporary","expiration_time":1795500000},
             "actions":[{"action_name":"send_call_permission_request","can_perform_action":true,
               "limits":[{"time_period":"PT24H","max_allowed":1,"current_usage":0},{"time_period":"P7D","max_allowed":2,"current_usage":1}]},
              {"action_name":"start_call","can_perform_action":true,"limits":[{"time_period":"PT24H","max_allowed":100,"current_usage":5}]}]}
            """);
        using var source = graph.Source();

        var said = await source.CheckAsync("main", PermissionCast.Carla, default);

        Assert.Equal(
            new MetaPermission(MetaPermission.Kind.Temporary, DateTimeOffset.FromUnixTimeSeconds(1795500000),
                new MetaAction(true, new MetaLimit(1, 0), new MetaLimit(2, 1)), new MetaAction(true, new MetaLimit(100, 5))),
            said);
        Assert.Equal(($"/v25.0/{Payloads.PhoneNumberId}/call_permissions?user_wa_id=4915112345678", "Bearer token"), graph.Asked);
    }

    [Fact]
    public async Task A_request_is_the_documented_message()
    {
        await using var graph = await PlayedGraph.StartAsync(200,
            """{"messaging_product":"whatsapp","contacts":[{"input":"4915112345678","wa_id":"4915112345678"}],"messages":[{"id":"wamid.77"}]}""");
        using var source = graph.Source();

        Assert.Equal("wamid.77", await source.AskAsync("main", PermissionCast.Carla, "May we call you?", null, default));

        var sent = JsonSerializer.Deserialize<JsonElement>(graph.Body);
        Assert.Equal("call_permission_request", sent.GetProperty("interactive").GetProperty("type").GetString());
        Assert.Equal("May we call you?", sent.GetProperty("interactive").GetProperty("body").GetProperty("text").GetString());
        await source.AskAsync("main", PermissionCast.Carla, null, new AskTemplate("may_we_call", "de"), default);
        Assert.Equal("may_we_call", JsonSerializer.Deserialize<JsonElement>(graph.Body).GetProperty("template").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_refusal_has_its_code_and_its_cause_and_cure()
    {
        await using var graph = await PlayedGraph.StartAsync(400, """{"error":{"message":"(#138009) Limit","type":"OAuthException","code":138009,"fbtrace_id":"A1"}}""");
        using var source = graph.Source();

        var fault = await Assert.ThrowsAsync<MetaRefusedException>(() => source.AskAsync("main", PermissionCast.Carla, null, null, default));

        Assert.Equal(MetaRefusedException.AskLimit, fault.Code);
        Assert.DoesNotContain("4915112345678", fault.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(fault.Message);
    }

    [Fact]
    public void A_line_without_a_phone_number_id_is_none_of_Graphs()
    {
        using var source = new GraphPermissions(new RingwayOptions { Lines = [new LineOptions { Id = "main" }] }, TimeProvider.System, NullLoggerFactory.Instance);

        Assert.False(source.Knows("main"));
        Assert.False(source.Knows("other"));
    }

    private sealed class PlayedGraph(WebApplication app, int port) : IAsyncDisposable
    {
        public (string Path, string Authorization) Asked { get; private set; }

        public string Body { get; private set; } = "";

        public static async Task<PlayedGraph> StartAsync(int status, string answer)
        {
            var port = TestHost.FreePort();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
            var app = builder.Build();
            var graph = new PlayedGraph(app, port);
            app.Run(async context =>
            {
                graph.Asked = ($"{context.Request.Path}{context.Request.QueryString}", context.Request.Headers.Authorization.ToString());
                using var body = new StreamReader(context.Request.Body);
                graph.Body = await body.ReadToEndAsync();
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(answer);
            });
            await app.StartAsync();
            return graph;
        }

        public GraphPermissions Source()
        {
            var options = Payloads.WithAccount(new RingwayOptions { Lines = [new LineOptions { Id = "main" }] });
            return new GraphPermissions(
                options with { WhatsApp = options.WhatsApp with { Graph = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}") } },
                TimeProvider.System, NullLoggerFactory.Instance);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
