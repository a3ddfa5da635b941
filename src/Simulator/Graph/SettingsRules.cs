using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ringway.Simulator.Graph;

/// <summary>Who writes settings, and what surrounds the number.</summary>
/// <param name="NewPassword">Meta makes one for each app: 32 letters and digits.</param>
/// <param name="ResetsSrtp">The quirk: a change of the SIP settings sets the SRTP protocol back.</param>
/// <param name="OneGroup">The quirk: settings of more than one group in one request are refused.</param>
public sealed record SettingsWriter(string AppId, bool HasSubscribedApp, DateOnly Today, Func<string> NewPassword, bool ResetsSrtp, bool OneGroup);

/// <summary>
/// Meta's rules for <c>POST /{phone-number-id}/settings</c> (Meta, Calling: Call settings, 26 Jun 2026, and SIP, 15 Dec 2025).
/// Pure; a request holds as a whole or changes nothing. Where the pages do not say whether something is accepted, it is not.
/// </summary>
public static class SettingsRules
{
    private const int MaxEntriesPerDay = 2, MaxHolidays = 20, MaxParameterLength = 128, MaxVoicemailSeconds = 30;

    private static readonly string[] Days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

    /// <summary>The settings after the request, or why it is refused.</summary>
    public static (NumberSettings? Settings, GraphError? Error) Apply(NumberSettings before, JsonNode? body, SettingsWriter writer)
    {
        try
        {
            return (Write(before, body, writer), null);
        }
        catch (RefusedSetting refused)
        {
            return (null, refused.Error);
        }
    }

    /// <summary>True when Meta tells the subscribers (<c>account_settings_update</c>); not for every setting.</summary>
    public static bool IsTold(NumberSettings before, NumberSettings after) =>
        (before.Calling, before.IconVisibility, before.Callback, before.Sip, before.Srtp) != (after.Calling, after.IconVisibility, after.Callback, after.Sip, after.Srtp);

    private static NumberSettings Write(NumberSettings before, JsonNode? body, SettingsWriter writer)
    {
        var root = Object(body, "the request body");
        Known(root, "the request body", "calling");
        var calling = Object(root["calling"], "calling");
        Known(
            calling, "calling", "status", "call_icon_visibility", "call_icons", "call_hours", "callback_permission_status", "srtp_key_exchange_protocol",
            "audio", "voicemail", "sip");
        if (calling.Count == 0) throw Refuse("calling holds no setting");
        if (writer.OneGroup && calling.Count > 1) throw Refuse($"one group of settings at a time, not {string.Join(", ", calling.Select(c => c.Key))}");

        var after = before;
        if (calling.TryGetPropertyValue("status", out var status)) after = after with { Calling = Switch(status, "calling.status") };
        if (calling.TryGetPropertyValue("call_icon_visibility", out var icon))
            after = after with { IconVisibility = OneOf(icon, "calling.call_icon_visibility", "DEFAULT", "DISABLE_ALL", "HIDE_IN_CHAT") };
        if (calling.TryGetPropertyValue("call_icons", out var icons)) after = after with { IconCountries = Countries(icons) };
        if (calling.TryGetPropertyValue("call_hours", out var hours)) after = after with { CallHours = Hours(hours, writer.Today) };
        if (calling.TryGetPropertyValue("callback_permission_status", out var callback))
            after = after with { Callback = Switch(callback, "calling.callback_permission_status") };
        if (calling.TryGetPropertyValue("srtp_key_exchange_protocol", out var srtp))
            after = after with { Srtp = OneOf(srtp, "calling.srtp_key_exchange_protocol", "DTLS", "SDES") };
        if (calling.TryGetPropertyValue("audio", out var audio)) after = after with { AdditionalCodecs = Codecs(audio) };
        if (calling.TryGetPropertyValue("voicemail", out var voicemail)) after = after with { Voicemail = Voicemail(voicemail) };
        if (calling.TryGetPropertyValue("sip", out var sip))
        {
            after = Sip(after, sip, writer);
            // Set in its own request afterwards it stays (RingQ, FreeSWITCH guide).
            if (writer.ResetsSrtp) after = after with { Srtp = null };
        }

        if (after.Sip && after.Servers.IsEmpty) throw Refuse("calling.sip.servers: at least one server must remain while sip.status is ENABLED");
        if (after.Calling && !before.Calling && !after.Sip && !writer.HasSubscribedApp) throw new RefusedSetting(GraphError.Prerequisites);
        return Passwords(after, writer);
    }

    private static NumberSettings Sip(NumberSettings before, JsonNode? node, SettingsWriter writer)
    {
        var sip = Object(node, "calling.sip");
        Known(sip, "calling.sip", "status", "webhook_delivery", "servers");
        var after = before;
        if (sip.TryGetPropertyValue("status", out var status)) after = after with { Sip = Switch(status, "calling.sip.status") };
        if (sip.TryGetPropertyValue("webhook_delivery", out var delivery)) after = after with { WebhookDelivery = Switch(delivery, "calling.sip.webhook_delivery") };
        if (!sip.TryGetPropertyValue("servers", out var list)) return after;

        var servers = Array(list, "calling.sip.servers");
        if (servers.Count > 1) throw Refuse("calling.sip.servers: one server per app");
        var others = after.Servers.Where(s => s.AppId != writer.AppId);
        return after with { Servers = servers.Count == 0 ? [.. others] : [.. others, Server(servers[0], writer.AppId)] };
    }

    /// <summary>An app without a password gets one with its server. Off, off and no server, all at once, is Meta's way to a new one.</summary>
    private static NumberSettings Passwords(NumberSettings settings, SettingsWriter writer)
    {
        var hasServer = settings.Servers.Any(s => s.AppId == writer.AppId);
        if (hasServer && !settings.Passwords.ContainsKey(writer.AppId))
            return settings with { Passwords = settings.Passwords.Add(writer.AppId, writer.NewPassword()) };
        return !hasServer && settings is { Calling: false, Sip: false } ? settings with { Passwords = settings.Passwords.Remove(writer.AppId) } : settings;
    }

    private static SipServer Server(JsonNode? node, string appId)
    {
        var server = Object(node, "calling.sip.servers[0]");
        Known(server, "calling.sip.servers[0]", "hostname", "port", "request_uri_user_params", "app_id", "sip_user_password");
        var host = Text(server["hostname"], "calling.sip.servers[0].hostname");
        // One vendor says that addresses were accepted; Meta's page wants a name that a certificate covers. localhost is ours: on
        // one machine it is the only name that everybody has.
        if (IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) != UriHostNameType.Dns || !(host.Contains('.', StringComparison.Ordinal) || host == "localhost"))
            throw Refuse($"calling.sip.servers[0].hostname: {host} is no host name");
        var parameters = ImmutableSortedDictionary<string, string>.Empty;
        if (server.TryGetPropertyValue("request_uri_user_params", out var given) && given is not null)
            foreach (var (key, value) in Object(given, "calling.sip.servers[0].request_uri_user_params"))
                parameters = parameters.Add(Short(key), Short(Text(value, $"calling.sip.servers[0].request_uri_user_params.{key}")));
        return new(appId, host, Port(server["port"]), parameters);

        static string Short(string text) =>
            text.Length is > 0 and <= MaxParameterLength && !text.Any(c => c is ';' or '@' or ' ' or '=' or ':' || char.IsControl(c))
                ? text : throw Refuse($"calling.sip.servers[0].request_uri_user_params: \"{text}\" is empty, longer than {MaxParameterLength} or has a character that ends a parameter");
    }

    /// <summary>The table says string, the samples show numbers: both.</summary>
    private static int Port(JsonNode? node)
    {
        if (node is null) return 5061;
        var port = node.GetValueKind() switch
        {
            JsonValueKind.Number when node.AsValue().TryGetValue(out int number) => number,
            JsonValueKind.String when int.TryParse(node.GetValue<string>(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => 0,
        };
        return port is > 0 and < 65536 ? port : throw Refuse($"calling.sip.servers[0].port: {node.ToJsonString()} is no port");
    }

    private static ImmutableArray<string> Countries(JsonNode? node)
    {
        var icons = Object(node, "calling.call_icons");
        Known(icons, "calling.call_icons", "restrict_to_user_countries");
        var countries = Array(icons["restrict_to_user_countries"], "calling.call_icons.restrict_to_user_countries");
        return [.. countries.Select(c => Text(c, "calling.call_icons.restrict_to_user_countries") is { Length: 2 } code && code.All(char.IsAsciiLetterUpper)
            ? code : throw Refuse($"calling.call_icons.restrict_to_user_countries: {c?.ToJsonString()} is no ISO 3166 country of two letters"))];
    }

    private static ImmutableArray<string> Codecs(JsonNode? node)
    {
        var audio = Object(node, "calling.audio");
        Known(audio, "calling.audio", "additional_codecs");
        return [.. Array(audio["additional_codecs"], "calling.audio.additional_codecs").Select(c => OneOf(c, "calling.audio.additional_codecs", "PCMA", "PCMU")).Distinct()];
    }

    private static JsonObject Voicemail(JsonNode? node)
    {
        var voicemail = Object(node, "calling.voicemail");
        Known(voicemail, "calling.voicemail", "status", "triggers", "audio");
        Switch(voicemail["status"], "calling.voicemail.status");
        if (voicemail["triggers"] is { } triggers)
            foreach (var trigger in Array(triggers, "calling.voicemail.triggers")) OneOf(trigger, "calling.voicemail.triggers", "REJECT", "TIMEOUT");
        if (voicemail["audio"]?["default"]?["timeout_seconds"] is { } timeout
            && !(timeout.AsValue().TryGetValue(out int seconds) && seconds is >= 0 and <= MaxVoicemailSeconds))
            throw Refuse($"calling.voicemail.audio.default.timeout_seconds: {timeout.ToJsonString()} is not within 0 and {MaxVoicemailSeconds}");
        return (JsonObject)voicemail.DeepClone();
    }

    /// <summary>The whole previous object goes: without <c>holiday_schedule</c> there are no holidays any more.</summary>
    private static JsonObject Hours(JsonNode? node, DateOnly today)
    {
        const string Where = "calling.call_hours";
        var hours = Object(node, Where);
        Known(hours, Where, "status", "timezone_id", "weekly_operating_hours", "holiday_schedule");
        Switch(hours["status"], $"{Where}.status");
        var zone = Text(hours["timezone_id"], $"{Where}.timezone_id");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) throw Refuse($"{Where}.timezone_id: {zone} is no timezone");
        Week(Array(hours["weekly_operating_hours"], $"{Where}.weekly_operating_hours"));
        if (hours["holiday_schedule"] is { } holidays) Holidays(Array(holidays, $"{Where}.holiday_schedule"), today);
        return (JsonObject)hours.DeepClone();
    }

    private static void Week(JsonArray week)
    {
        const string Where = "calling.call_hours.weekly_operating_hours";
        if (week.Count == 0) throw Refuse($"{Where}: empty");
        var spans = week.Select(entry =>
        {
            var hours = Object(entry, Where);
            Known(hours, Where, "day_of_week", "open_time", "close_time");
            var (open, close) = (Time(hours["open_time"], $"{Where}.open_time"), Time(hours["close_time"], $"{Where}.close_time"));
            return open < close ? (Day: OneOf(hours["day_of_week"], $"{Where}.day_of_week", Days), open, close) : throw Refuse($"{Where}: opens at {open:HHmm}, after it closes");
        }).ToList();
        foreach (var day in spans.GroupBy(span => span.Day))
        {
            if (day.Count() > MaxEntriesPerDay) throw Refuse($"{Where}: more than {MaxEntriesPerDay} entries for {day.Key}");
            var ordered = day.OrderBy(span => span.open).ToList();
            if (ordered.Zip(ordered.Skip(1)).Any(pair => pair.First.close > pair.Second.open)) throw Refuse($"{Where}: entries of {day.Key} overlap");
        }
    }

    private static void Holidays(JsonArray holidays, DateOnly today)
    {
        const string Where = "calling.call_hours.holiday_schedule";
        if (holidays.Count > MaxHolidays) throw Refuse($"{Where}: more than {MaxHolidays} holidays");
        foreach (var entry in holidays)
        {
            var holiday = Object(entry, Where);
            Known(holiday, Where, "date", "start_time", "end_time");
            var text = Text(holiday["date"], $"{Where}.date");
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) throw Refuse($"{Where}.date: {text} is no date");
            if (date < today) throw Refuse($"{Where}.date: {text} is in the past");
            if (Time(holiday["start_time"], $"{Where}.start_time") >= Time(holiday["end_time"], $"{Where}.end_time")) throw Refuse($"{Where}: {text} ends before it starts");
        }
    }

    /// <summary>"HHMM" as the samples have it; the reference also shows "HH:MM".</summary>
    private static TimeOnly Time(JsonNode? node, string where) =>
        Text(node, where) is var text && TimeOnly.TryParseExact(text, ["HHmm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time : throw Refuse($"{where}: {text} is no time of day");

    private static bool Switch(JsonNode? node, string where) => OneOf(node, where, "ENABLED", "DISABLED") == "ENABLED";

    private static string OneOf(JsonNode? node, string where, params string[] allowed) =>
        Text(node, where) is var text && allowed.Contains(text) ? text : throw Refuse($"{where} must be one of {{{string.Join(", ", allowed)}}} - got \"{text}\"");

    private static string Text(JsonNode? node, string where) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw Refuse($"{where} must be a string");

    private static JsonObject Object(JsonNode? node, string where) => node as JsonObject ?? throw Refuse($"{where} must be an object");

    private static JsonArray Array(JsonNode? node, string where) => node as JsonArray ?? throw Refuse($"{where} must be an array");

    private static void Known(JsonObject node, string where, params string[] keys)
    {
        var strange = node.Select(member => member.Key).Except(keys).ToList();
        if (strange.Count > 0) throw Refuse($"Invalid keys \"{string.Join("\", \"", strange)}\" were found in {where}");
    }

    private static RefusedSetting Refuse(string details) => new(GraphError.Parameter(details));

    /// <summary>Carries the refusal out of a deep nest of checks; never leaves this class.</summary>
    private sealed class RefusedSetting(GraphError error) : Exception
    {
        public GraphError Error { get; } = error;
    }
}
