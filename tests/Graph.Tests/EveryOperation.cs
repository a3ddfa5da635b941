namespace Ringway.Graph.Tests;

public sealed class EveryOperation
{
    private const string Sent = """{"messaging_product":"whatsapp","contacts":[{"input":"14085551234","wa_id":"14085551234"}],"messages":[{"id":"wamid.HBgL"}]}""";

    [Fact]
    public async Task Every_operation_asks_exactly_what_the_manual_says()
    {
        await using var meta = await PlayedMeta.StartAsync();
        var c = meta.Client();
        var ct = CancellationToken.None;
        const string number = "106540352242922";
        (Func<Task> Call, string Answer, string Asked)[] operations =
        [
            (() => c.GetSettingsAsync(number, false, ct), """{"calling":{}}""", "GET /v25.0/106540352242922/settings"),
            (() => c.GetSettingsAsync(number, true, ct), """{"calling":{}}""", "GET /v25.0/106540352242922/settings?include_sip_credentials=true"),
            (() => c.UpdateSettingsAsync(number, new CallingSettings { SrtpKeyExchangeProtocol = Words.Sdes }, ct), """{"success":true}""",
                """POST /v25.0/106540352242922/settings {"calling":{"srtp_key_exchange_protocol":"SDES"}}"""),
            (() => c.UpdateSettingsAsync(number, Everything, ct), """{"success":true}""",
                """POST /v25.0/106540352242922/settings {"calling":{"status":"ENABLED","call_icon_visibility":"DISABLE_ALL","call_icons":{"restrict_to_user_countries":["US","BR"]},"call_hours":{"status":"ENABLED","timezone_id":"America/Manaus","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0400","close_time":"1020"}],"holiday_schedule":[{"date":"2026-12-25","start_time":"0000","end_time":"2359"}]},"callback_permission_status":"ENABLED","audio":{"additional_codecs":["PCMA"]},"voicemail":{"status":"ENABLED","triggers":["REJECT"]},"sip":{"status":"ENABLED","webhook_delivery":"ENABLED","servers":[{"hostname":"pbx.example.com","port":5061,"request_uri_user_params":{"tgrp":"wacall"}}]}}}"""),
            (() => c.GetHealthAsync(number, ct), "{}", "GET /v25.0/106540352242922?fields=health_status"),
            (() => c.GetCallPermissionsAsync(number, "+14085551234", ct), "{}", "GET /v25.0/106540352242922/call_permissions?user_wa_id=14085551234"),
            (() => c.GetCallPermissionsAsync(number, "US.1349", ct), "{}", "GET /v25.0/106540352242922/call_permissions?recipient=US.1349"),
            (() => c.RequestCallPermissionAsync(number, "+14085551234", "May we call you?", ct), Sent,
                """POST /v25.0/106540352242922/messages {"messaging_product":"whatsapp","recipient_type":"individual","to":"14085551234","type":"interactive","interactive":{"type":"call_permission_request","body":{"text":"May we call you?"},"action":{"name":"call_permission_request"}}}"""),
            (() => c.RequestCallPermissionAsync(number, "US.1349", null, ct), Sent,
                """POST /v25.0/106540352242922/messages {"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.1349","type":"interactive","interactive":{"type":"call_permission_request","action":{"name":"call_permission_request"}}}"""),
            (() => c.SendTemplateAsync(number, "14085551234", "may_we_call", "en_US", ct), Sent,
                """POST /v25.0/106540352242922/messages {"messaging_product":"whatsapp","recipient_type":"individual","to":"14085551234","type":"template","template":{"name":"may_we_call","language":{"code":"en_US"}}}"""),
            (() => c.SendCallButtonAsync(number, "14085551234", "Questions?", "Call us", "order-7", TimeSpan.FromHours(2), ct), Sent,
                """POST /v25.0/106540352242922/messages {"messaging_product":"whatsapp","recipient_type":"individual","to":"14085551234","type":"interactive","interactive":{"type":"voice_call","body":{"text":"Questions?"},"action":{"name":"voice_call","parameters":{"display_text":"Call us","ttl_minutes":120,"payload":"order-7"}}}}"""),
            (() => c.GetSubscribedAppsAsync("102290129340398", ct), "{}", "GET /v25.0/102290129340398/subscribed_apps"),
            (() => c.SubscribeAppAsync("102290129340398", ct), """{"success":true}""", "POST /v25.0/102290129340398/subscribed_apps"),
            (() => c.DebugTokenAsync(ct), "{}", $"GET /v25.0/debug_token?input_token={PlayedMeta.Token}"),
        ];
        foreach (var (call, answer, asked) in operations)
        {
            meta.Says(200, answer);
            await call();
            Assert.True(meta.Asked.TryDequeue(out var was));
            Assert.Equal(asked, was);
        }

        Assert.All(meta.Tokens, header => Assert.Equal("Bearer " + PlayedMeta.Token, header));
    }

    [Fact]
    public async Task Settings_are_read_as_the_manual_shows_them()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(200, """
            {"calling":{"status":"ENABLED","call_icon_visibility":"DEFAULT","callback_permission_status":"ENABLED",
             "srtp_key_exchange_protocol":"SDES","something_new":{"a":1},
             "sip":{"status":"ENABLED","servers":[{"app_id":123456,"hostname":"pbx.example.com","port":5061,"request_uri_user_params":{"tgrp":"wacall"},"sip_user_password":"0123456789abcdef0123456789abcdef"}]},
             "restrictions":{"restrictions_list":[{"type":"RESTRICTED_BUSINESS_INITIATED_CALLING","reason":"Quality","expiration":1754072386}]}}}
            """);

        var settings = await meta.Client().GetSettingsAsync("1", true, CancellationToken.None);

        Assert.Equal(("ENABLED", "DEFAULT", "ENABLED", "SDES"), (settings.Status, settings.CallIconVisibility, settings.CallbackPermissionStatus, settings.SrtpKeyExchangeProtocol));
        var server = Assert.Single(settings.Sip!.Servers!);
        Assert.Equal(("123456", "pbx.example.com", 5061, "0123456789abcdef0123456789abcdef"), (server.AppId, server.Hostname, server.Port, server.SipUserPassword));
        Assert.Equal("wacall", server.RequestUriUserParams!["tgrp"]);
        var restriction = Assert.Single(settings.Restrictions!.RestrictionsList!);
        Assert.Equal(("RESTRICTED_BUSINESS_INITIATED_CALLING", DateTimeOffset.FromUnixTimeSeconds(1754072386)), (restriction.Type, restriction.Expiration));
    }

    [Theory]
    [InlineData("""{"data":[{"calling":{"status":"ENABLED","sip":{"servers":[{"app_id":"7","hostname":"h","port":"5081"}]}}}]}""", "a list around it, port and app as text")]
    [InlineData("""{"calling":{"status":"ENABLED","sip":{"servers":[{"app_id":7,"hostname":"h","port":5081}]}}}""", "at the top, both as numbers")]
    public async Task Settings_are_read_in_either_shape(string answer, string what)
    {
        await using var meta = await PlayedMeta.StartAsync();

        var settings = await meta.Says(200, answer).Client().GetSettingsAsync("1", false, CancellationToken.None);

        var server = Assert.Single(settings.Sip!.Servers!);
        Assert.True((settings.Status, server.AppId, server.Port) == ("ENABLED", "7", 5081), what);
    }

    [Fact]
    public async Task A_number_whose_calling_was_never_touched_has_settings_that_say_nothing()
    {
        await using var meta = await PlayedMeta.StartAsync();
        Assert.Equal(new CallingSettings(), await meta.Says(200, "{}").Client().GetSettingsAsync("1", false, CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"status":"temporary","expiration_time":1745343479}""", CallPermissionStatus.Temporary, 1745343479L)]
    [InlineData("""{"status":"temporary","expiration":"1745343479"}""", CallPermissionStatus.Temporary, 1745343479L)]
    [InlineData("""{"status":"permanent"}""", CallPermissionStatus.Permanent, null)]
    [InlineData("""{"status":"no_permission"}""", CallPermissionStatus.None, null)]
    [InlineData("""{"status":"perhaps"}""", CallPermissionStatus.Unknown, null)]
    public async Task A_permission_is_read_with_its_end_under_either_name(string permission, CallPermissionStatus status, long? until)
    {
        await using var meta = await PlayedMeta.StartAsync();

        var read = await meta.Says(200, $$"""{"messaging_product":"whatsapp","permission":{{permission}},"actions":[]}""")
            .Client().GetCallPermissionsAsync("1", "14085551234", CancellationToken.None);

        Assert.Equal((status, until), (read.Status, read.Until?.ToUnixTimeSeconds()));
    }

    [Fact]
    public async Task What_is_left_of_the_limits_is_read_per_period()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(200, """
            {"messaging_product":"whatsapp","permission":{"status":"temporary","expiration_time":1745343479},
             "actions":[{"action_name":"send_call_permission_request","can_perform_action":false,
               "limits":[{"time_period":"PT24H","max_allowed":1,"current_usage":1,"limit_expiration_time":1745343000},{"time_period":"P7D","max_allowed":2,"current_usage":1}]},
              {"action_name":"start_call","can_perform_action":true,"limits":[{"time_period":"PT24H","max_allowed":100,"current_usage":5}]}]}
            """);

        var read = await meta.Client().GetCallPermissionsAsync("1", "14085551234", CancellationToken.None);

        Assert.False(read.SendRequest!.CanPerform);
        Assert.Equal((0, 1745343000L), (read.SendRequest.Over(TimeSpan.FromDays(1))!.Left, read.SendRequest.Over(TimeSpan.FromDays(1))!.ExpiresAt!.Value.ToUnixTimeSeconds()));
        Assert.Equal(1, read.SendRequest.Over(TimeSpan.FromDays(7))!.Left);
        Assert.Equal((true, 95), (read.StartCall!.CanPerform, read.StartCall.Over(TimeSpan.FromHours(24))!.Left));
    }

    [Fact]
    public async Task A_sent_message_has_an_id_and_the_user_as_WhatsApp_knows_them()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(200, """{"contacts":[{"input":"US.1349","user_id":"US.1349"}],"messages":[{"id":"wamid.X"}]}""");

        Assert.Equal(new SentMessage("wamid.X", null, "US.1349"), await meta.Client().RequestCallPermissionAsync("1", "US.1349", null, CancellationToken.None));
    }

    [Fact]
    public async Task Health_names_the_worst_word_on_SIP_and_explains_its_problems()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(200, """
            {"health_status":{"can_send_message":"BLOCKED","entities":[
             {"entity_type":"PHONE_NUMBER","id":"1","can_send_message":"AVAILABLE","can_receive_call_sip":"BLOCKED","errors":[{"error_code":138024,"error_description":"No SIP","possible_solution":"Set it"}]},
             {"entity_type":"WABA","id":"2","can_send_message":"AVAILABLE"},
             {"entity_type":"APP","id":"4","can_send_message":"AVAILABLE","can_receive_call_sip":"AVAILABLE"}]},"id":"1"}
            """);

        var health = await meta.Client().GetHealthAsync("1", CancellationToken.None);

        Assert.Equal("BLOCKED", health.CanReceiveCallSip);
        var problem = Assert.Single(health.Problems);
        Assert.Equal((138024, "Run `ringway whatsapp apply`."), (problem.ErrorCode, problem.Known!.Cure));
    }

    [Fact]
    public async Task Apps_and_token_are_read_as_Meta_writes_them()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(200, """{"data":[{"whatsapp_business_api_data":{"id":"67084","link":"https://www.facebook.com/games/?app_id=67084","name":"Ringway"}}]}""");
        meta.Says(200, """{"data":{"app_id":67084,"type":"SYSTEM_USER","application":"Ringway","data_access_expires_at":0,"expires_at":0,"is_valid":true,"scopes":["whatsapp_business_management"],"granular_scopes":[{"scope":"whatsapp_business_management","target_ids":["102290129340398"]}],"user_id":"9"}}""");
        meta.Says(200, $$$"""{"data":{"app_id":"67084","is_valid":false,"expires_at":1745343479,"error":{"code":190,"subcode":463,"message":"{{{PlayedMeta.Token}}} has expired"},"scopes":[]}}""");
        var client = meta.Client();

        Assert.Equal([new SubscribedApp("67084", "Ringway", null)], await client.GetSubscribedAppsAsync("1", CancellationToken.None));

        var token = await client.DebugTokenAsync(CancellationToken.None);
        Assert.Equal((true, "67084", "SYSTEM_USER", null), (token.IsValid, token.AppId, token.Type, token.ExpiresAt));
        Assert.Equal("102290129340398", Assert.Single(Assert.Single(token.GranularScopes).TargetIds!));

        var expired = await client.DebugTokenAsync(CancellationToken.None);
        Assert.Equal((false, "••• has expired", 1745343479L), (expired.IsValid, expired.Problem, expired.ExpiresAt!.Value.ToUnixTimeSeconds()));
    }

    private static CallingSettings Everything => new()
    {
        Status = Words.Enabled,
        CallIconVisibility = Words.DisableAll,
        CallIcons = new CallIcons(["US", "BR"]),
        CallHours = new CallHours
        {
            Status = Words.Enabled,
            TimezoneId = "America/Manaus",
            WeeklyOperatingHours = [new OpenSpan("MONDAY", "0400", "1020")],
            HolidaySchedule = [new HolidaySpan("2026-12-25", "0000", "2359")],
        },
        CallbackPermissionStatus = Words.Enabled,
        Audio = new CallAudio([Words.Pcma]),
        Voicemail = new VoicemailSettings { Status = Words.Enabled, Triggers = ["REJECT"] },
        Sip = new SipSettings
        {
            Status = Words.Enabled,
            WebhookDelivery = Words.Enabled,
            Servers = [new SipServer { Hostname = "pbx.example.com", Port = 5061, RequestUriUserParams = new Dictionary<string, string> { ["tgrp"] = "wacall" } }],
        },
    };
}
