using Ringway.Graph;
using Ringway.Hours;
using Ringway.Options;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Tests.Provisioning;

public sealed class WhatShallBeAtMeta
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    private static readonly LineOptions Line = new() { Id = "shop", Number = PhoneNumber.Parse("+4930901820"), PhoneNumberId = "1" };

    private static readonly RingwayOptions Options = new()
    {
        Lines = [Line],
        Trunk = new() { Host = "calls.example.com", Port = 5081 },
        WhatsApp = new() { WebhookUrl = "https://calls.example.com/webhooks/whatsapp" },
    };

    [Fact]
    public void A_line_without_choices_wants_calls_over_SIP_to_our_trunk_and_leaves_the_rest_as_it_is()
    {
        var wanted = WantedSettings.Of(Line, Options, Now);

        Assert.Equal(("ENABLED", "ENABLED", "ENABLED", "SDES"), (wanted.Status, wanted.Sip!.Status, wanted.Sip.WebhookDelivery, wanted.SrtpKeyExchangeProtocol));
        Assert.Equal(("calls.example.com", 5081), (wanted.Sip.Servers![0].Hostname, wanted.Sip.Servers[0].Port));
        Assert.Equal((null, null, null, null), (wanted.CallHours, wanted.CallIconVisibility, wanted.CallbackPermissionStatus, wanted.Audio));
        Assert.Null(WantedSettings.Of(Line, Options with { WhatsApp = new() }, Now).Sip!.WebhookDelivery);
    }

    [Fact]
    public void Every_choice_becomes_Metas_word_for_it()
    {
        var wanted = WantedSettings.Of(Line with { Media = LineMedia.Dtls, CallIcon = CallIcon.Hidden, CallbackPermission = AtMeta.Off, ExtraCodecs = ExtraCodecs.G711 }, Options, Now);

        Assert.Equal(("DTLS", "DISABLE_ALL", "DISABLED"), (wanted.SrtpKeyExchangeProtocol, wanted.CallIconVisibility, wanted.CallbackPermissionStatus));
        Assert.Equal(["PCMA", "PCMU"], wanted.Audio!.AdditionalCodecs!);
        Assert.Empty(WantedSettings.Of(Line with { ExtraCodecs = ExtraCodecs.None }, Options, Now).Audio!.AdditionalCodecs!);
    }

    [Fact]
    public void Hours_go_to_Meta_in_the_lines_own_time_without_past_holidays_and_with_at_most_twenty()
    {
        var wanted = WantedSettings.Of(
            Open("mon 09:00-12:30, 13:30-24:00", ["2026-11-24", "2026-12-24 09:00-12:00", "2026-12-25", .. Enumerable.Range(1, 30).Select(day => $"2027-01-{day:00}")]), Options, Now).CallHours!;

        Assert.Equal(("ENABLED", "Europe/Berlin"), (wanted.Status, wanted.TimezoneId));
        Assert.Equal([new OpenSpan("MONDAY", "0900", "1230"), new OpenSpan("MONDAY", "1330", "2359")], wanted.WeeklyOperatingHours!);
        Assert.Equal(20, wanted.HolidaySchedule!.Count);
        Assert.Equal([new HolidaySpan("2026-12-24", "0900", "1200"), new HolidaySpan("2026-12-25", "0000", "0001")], wanted.HolidaySchedule.Take(2));
    }

    [Fact]
    public void Today_is_not_past_where_the_line_is()
    {
        var justAfterMidnightInBerlin = new DateTimeOffset(2026, 12, 24, 23, 30, 0, TimeSpan.Zero);
        Assert.Equal(["2026-12-25"], WantedSettings.Of(Open("mon 09:00-18:00", ["2026-12-24", "2026-12-25"]), Options, justAfterMidnightInBerlin).CallHours!.HolidaySchedule!.Select(day => day.Date));
    }

    [Fact]
    public void An_untouched_number_gets_everything_in_Metas_order_SIP_first_and_SRTP_last_and_alone()
    {
        var line = Open("mon 09:00-18:00", []) with { CallIcon = CallIcon.Hidden, CallbackPermission = AtMeta.On, ExtraCodecs = ExtraCodecs.G711 };
        var plan = Plan(line, new CallingSettings());

        Assert.Equal(["SIP server", "calling", "call icon", "callback permission", "call hours", "extra codecs", "SRTP"], plan.Steps.Select(step => step.Name));
        Assert.Equal(new CallingSettings { SrtpKeyExchangeProtocol = "SDES" }, plan.Steps[^1].Settings);
        Assert.Contains(new Change("sip.servers[].hostname", null, "calls.example.com"), plan.Changes);
        Assert.Contains(new Change("call_hours.weekly_operating_hours", null, "mon 09:00-18:00"), plan.Changes);
        Assert.Contains(new Change("srtp_key_exchange_protocol", null, "SDES"), plan.Changes);
        Assert.DoesNotContain(plan.Changes, change => change.Path == "call_hours.holiday_schedule"); // none here and none there
    }

    [Fact]
    public void What_is_as_it_shall_be_needs_nothing_however_Meta_spells_it()
    {
        var line = Open("fri 13:30-18:00|mon 09:00-12:30|fri 09:00-12:30", ["2026-12-24 09:00-12:00"]) with { ExtraCodecs = ExtraCodecs.G711 };
        var actual = AsWanted with
        {
            CallHours = new CallHours
            {
                Status = "ENABLED",
                TimezoneId = "Europe/Berlin",
                WeeklyOperatingHours = [new("FRIDAY", "1330", "18:00"), new("MONDAY", "09:00", "12:30"), new("FRIDAY", "0900", "1230")],
                HolidaySchedule = [new("2026-10-03", "0000", "2359"), new("2026-12-24", "09:00", "12:00")], // the first is past
            },
            Audio = new CallAudio(["PCMU", "PCMA"]),
        };

        Assert.Empty(Plan(line, actual).Changes);
        Assert.Empty(Plan(line, actual).Steps);
    }

    [Fact]
    public void Metas_defaults_are_known_where_it_says_nothing()
    {
        var actual = AsWanted with { SrtpKeyExchangeProtocol = null, CallIconVisibility = null, Sip = AsWanted.Sip! with { Servers = [Server with { Port = null }] } };
        var line = Line with { Media = LineMedia.Dtls, CallIcon = CallIcon.Shown, ExtraCodecs = ExtraCodecs.None };
        Assert.Empty(SettingsPlan.Between(WantedSettings.Of(line, Options with { Trunk = Options.Trunk with { Port = 5061 } }, Now), actual, "7", Now).Changes);
    }

    [Theory]
    [InlineData("host", "sip.servers[].hostname", "SIP server, SRTP")]
    [InlineData("port", "sip.servers[].port", "SIP server, SRTP")]
    [InlineData("sip off", "sip.status", "SIP server, SRTP")]
    [InlineData("webhooks off", "sip.webhook_delivery", "SIP server, SRTP")]
    [InlineData("calling off", "status", "calling")]
    [InlineData("dtls", "srtp_key_exchange_protocol", "SRTP")]
    public void Each_difference_is_mended_by_its_own_request_and_SRTP_follows_each_of_the_SIP_server(string what, string path, string steps)
    {
        var sip = AsWanted.Sip!;
        var plan = Plan(Line, what switch
        {
            "host" => AsWanted with { Sip = sip with { Servers = [Server with { Hostname = "old.example.com" }] } },
            "port" => AsWanted with { Sip = sip with { Servers = [Server with { Port = 5061 }] } },
            "sip off" => AsWanted with { Sip = sip with { Status = "DISABLED" } },
            "webhooks off" => AsWanted with { Sip = sip with { WebhookDelivery = null } },
            "calling off" => AsWanted with { Status = "DISABLED" },
            _ => AsWanted with { SrtpKeyExchangeProtocol = "DTLS" },
        });

        Assert.Equal(path, Assert.Single(plan.Changes).Path);
        Assert.Equal(steps, string.Join(", ", plan.Steps.Select(step => step.Name)));
    }

    [Fact]
    public void Our_server_is_the_one_of_our_app_and_what_stands_before_the_at_sign_stays()
    {
        var other = new SipServer { AppId = "8", Hostname = "vendor.example.com", Port = 5061 };
        var ours = Server with { Hostname = "old.example.com", RequestUriUserParams = new Dictionary<string, string> { ["tgrp"] = "wacall" } };
        var actual = AsWanted with { Sip = AsWanted.Sip! with { Servers = [other, ours] } };

        var plan = Plan(Line, actual);

        Assert.Equal(new Change("sip.servers[].hostname", "old.example.com", "calls.example.com"), Assert.Single(plan.Changes));
        Assert.Equal("wacall", plan.Steps[0].Settings.Sip!.Servers!.Single().RequestUriUserParams!["tgrp"]);
        Assert.Equal([other], SettingsPlan.OthersServers(actual, "7"));
    }

    private static SipServer Server => new() { AppId = "7", Hostname = "Calls.example.com", Port = 5081 };

    private static CallingSettings AsWanted => new()
    {
        Status = "ENABLED",
        CallIconVisibility = "DEFAULT",
        SrtpKeyExchangeProtocol = "SDES",
        Sip = new SipSettings { Status = "ENABLED", WebhookDelivery = "ENABLED", Servers = [Server] },
    };

    private static SettingsPlan Plan(LineOptions line, CallingSettings actual) => SettingsPlan.Between(WantedSettings.Of(line, Options, Now), actual, "7", Now);

    private static LineOptions Open(string week, string[] holidays) => Line with
    {
        Hours = new HoursOptions
        {
            Timezone = "Europe/Berlin",
            Weekly = [.. week.Split('|').Select(text => WeekLine.TryParse(text, out var day, out _) ? day : throw new FormatException(text))],
            Holidays = [.. holidays.Select(text => Holiday.TryParse(text, out var day, out _) ? day : throw new FormatException(text))],
        },
    };
}
