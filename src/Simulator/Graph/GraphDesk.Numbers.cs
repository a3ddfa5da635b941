using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ringway.Simulator.Graph;

/// <summary>Numbers: what they are, their settings, whether they may call.</summary>
public sealed partial class GraphDesk
{
    private static GraphAnswer Settings(GraphNumber number, SimulatedAccount caller, IQueryCollection query) =>
        new JsonObject { ["calling"] = number.Settings.ToJson(query["include_sip_credentials"] == "true" ? caller.AppId : null) };

    private GraphAnswer WriteSettings(GraphNumber number, SimulatedAccount caller, JsonNode? body)
    {
        var writer = new SettingsWriter(
            caller.AppId, book.Subscribers(number.AccountId).Count > 0, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), GraphBook.NewPassword,
            misbehaviours.IsOn(Misbehaviours.SrtpReset), misbehaviours.IsOn(Misbehaviours.OneGroup));
        var (told, error) = number.Write(before =>
        {
            var (after, refused) = SettingsRules.Apply(before, body, writer);
            return (after, (after is not null && SettingsRules.IsTold(before, after), refused));
        });
        if (error is not null) return error;
        book.Tell(number);
        if (told)
            chats.Tell(number, "account_settings_update", "phone_number_settings", new()
            {
                ["messaging_product"] = "whatsapp",
                ["timestamp"] = Chats.Unix(time.GetUtcNow()),
                ["type"] = "phone_number_settings",
                ["phone_number_settings"] = new JsonObject { ["phone_number_id"] = number.Id, ["calling"] = number.Settings.ToJson() },
            });
        return GraphAnswer.Success;
    }

    private GraphAnswer Permissions(GraphNumber number, IQueryCollection query)
    {
        if (!MayReadPermissions(number.Id)) return GraphError.PermissionReads;
        var user = query["user_wa_id"].ToString() is { Length: > 0 } digits ? UserIds.OfNumber(digits) : ids.OfScopedId(query["recipient"]);
        if (user is null) return GraphError.Parameter("user_wa_id or recipient must name a user");
        var now = time.GetUtcNow();
        var permission = chats.Of(number.Number.Number, user).Permission;
        var grant = permission.GrantAt(now);
        var said = new JsonObject { ["status"] = grant switch { Grant.Temporary => "temporary", Grant.Permanent => "permanent", _ => "no_permission" } };
        if (grant == Grant.Temporary) said["expiration_time"] = permission.Until!.Value.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["permission"] = said,
            ["actions"] = new JsonArray(
                Action("send_call_permission_request", permission.MayAsk(now), permission.AskLimits(now)),
                Action("start_call", permission.MayCall(now) && number.Settings is { Calling: true } settings && !(settings.RestrictedUntil > now), [permission.CallLimit(now)])),
        };

        static JsonObject Action(string name, bool may, IEnumerable<Limit> limits) => new()
        {
            ["action_name"] = name,
            ["can_perform_action"] = may,
            ["limits"] = new JsonArray([.. limits.Select(limit =>
            {
                var one = new JsonObject { ["time_period"] = limit.Period, ["max_allowed"] = limit.Allowed, ["current_usage"] = limit.Used };
                if (limit.FreeAt is { } at) one["limit_expiration_time"] = at.ToUnixTimeSeconds();
                return one;
            })]),
        };
    }

    /// <summary>This simulator's numbers have SIP; who calls by Graph all the same has mixed the two up.</summary>
    private static GraphAnswer Call(GraphNumber number) =>
        number.Settings.Sip ? GraphError.SipOnly : !number.Settings.Calling ? GraphError.CallingOff : GraphError.NotPlayed;

    private JsonObject NumberFields(GraphNumber number, SimulatedAccount caller) => new()
    {
        ["id"] = number.Id,
        ["display_phone_number"] = Display(number.Number.Number),
        ["verified_name"] = number.Number.Name ?? number.Number.HostName,
        ["quality_rating"] = "GREEN",
        ["code_verification_status"] = "VERIFIED",
        ["platform_type"] = "CLOUD_API",
        ["account_mode"] = "LIVE",
        ["name_status"] = "APPROVED",
        ["status"] = "CONNECTED",
        ["messaging_limit_tier"] = "TIER_10K",
        ["throughput"] = new JsonObject { ["level"] = "STANDARD" },
        ["health_status"] = Health(number, caller),
    };

    /// <summary>SIP makes the whole look blocked although messages go: so does Meta's (Meta, Support: Health status, Jun 2026).</summary>
    private JsonObject Health(GraphNumber number, SimulatedAccount caller)
    {
        var settings = number.Settings;
        var (sip, appSip) = (settings is { Sip: true, Servers.Length: > 0 }, settings.Servers.Any(s => s.AppId == caller.AppId));
        var restricted = settings.RestrictedUntil > time.GetUtcNow();
        return new()
        {
            ["can_send_message"] = sip && appSip ? "AVAILABLE" : "BLOCKED",
            ["entities"] = new JsonArray(
                WithSip("PHONE_NUMBER", number.Id, sip, restricted, 138024, "SIP is not set up for this phone number.", "Enable SIP and configure a SIP server in the call settings of the number."),
                Entity("WABA", number.AccountId),
                Entity("BUSINESS", "2" + number.AccountId),
                WithSip("APP", caller.AppId, appSip, false, 138025, "This app has no SIP server for this phone number.", "Configure a SIP server with a token of this app.")),
        };

        static JsonObject Entity(string type, string id) => new() { ["entity_type"] = type, ["id"] = id, ["can_send_message"] = "AVAILABLE" };

        static JsonObject WithSip(string type, string id, bool good, bool limited, int code, string description, string solution)
        {
            var entity = Entity(type, id);
            entity["can_receive_call_sip"] = !good ? "BLOCKED" : limited ? "LIMITED" : "AVAILABLE";
            if (!good)
                entity["errors"] = new JsonArray(new JsonObject { ["error_code"] = code, ["error_description"] = description, ["possible_solution"] = solution });
            return entity;
        }
    }

    private bool MayReadPermissions(string id)
    {
        var now = time.GetUtcNow();
        var reads = _permissionReads.GetOrAdd(id, _ => new());
        lock (reads)
        {
            while (reads.TryPeek(out var oldest) && oldest <= now - TimeSpan.FromSeconds(1)) reads.Dequeue();
            if (reads.Count >= PermissionReadsPerSecond) return false;
            reads.Enqueue(now);
            return true;
        }
    }

    /// <summary>Written for people: not to be compared with a number.</summary>
    private static string Display(string number) =>
        number.StartsWith("+1", StringComparison.Ordinal) && number.Length == 12 ? $"+1 {number[2..5]}-{number[5..8]}-{number[8..]}" : number;
}
