using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ringway.Options;
using Ringway.Tests.Api;

namespace Ringway.Tests.WhatsApp;

/// <summary>Webhooks as Meta documents them (Cloud API and Calling, read 2026-06-24), with our numbers in them.</summary>
internal static class Payloads
{
    public const string PhoneNumberId = "106540352242922";
    public const string BusinessAccountId = "102290129340398";
    public const string AppSecret = "app-secret-of-today";
    public const string OldAppSecret = "app-secret-of-yesterday";
    public const string VerifyToken = "let-me-in";
    public const string Wacid = "wacid.HBgLNDkxNTExMjM0NTY3OBUCABIYIDZ";

    public static RingwayOptions WithAccount(RingwayOptions options) => options with
    {
        Lines = [options.Lines[0] with { PhoneNumberId = PhoneNumberId, Account = "shop" }],
        WhatsApp = options.WhatsApp with
        {
            Accounts =
            [
                new AccountOptions
                {
                    Id = "shop", BusinessAccountId = BusinessAccountId, Token = new Secret("token"),
                    AppSecret = new Secret(AppSecret), PreviousAppSecret = new Secret(OldAppSecret), VerifyToken = new Secret(VerifyToken),
                },
            ],
        },
    };

    public static string Message(string id, int second = 0, string type = "text") => Value("messages",
        $$$$"""
        "contacts":[{"profile":{"name":"Carla"},"wa_id":"4915112345678","user_id":"DE.77"}],
        "messages":[{"from":"4915112345678","from_user_id":"DE.77","id":"{{{{id}}}}","timestamp":"{{{{Seconds(second)}}}}","type":"{{{{type}}}}","text":{"body":"Hello 4915112345678"}}]
        """);

    public static string Reply(string id, string response = "accept", int second = 0, string? request = "wamid.request", bool permanent = false, string source = "user_action") =>
        Value("messages",
        $$$$"""
        "contacts":[{"profile":{"name":"Carla"},"wa_id":"4915112345678","user_id":"DE.77"}],
        "messages":[{"from":"4915112345678","from_user_id":"DE.77","id":"{{{{id}}}}","timestamp":"{{{{Seconds(second)}}}}","type":"interactive",
          {{{{(request is null ? "" : $$$$"""
            "context":{"from":"15550001000","id":"{{{{request}}}}"},
            """)}}}}
          "interactive":{"type":"call_permission_reply","call_permission_reply":
            {"response":"{{{{response}}}}","is_permanent":{{{{(permanent ? "true" : "false")}}}}{{{{(permanent || response == "reject" ? "" : $",\"expiration_timestamp\":\"{Seconds(second + 7 * 24 * 3600)}\"")}}}},"response_source":"{{{{source}}}}"}}}]
        """);

    public static string CallCreated(string wacid = Wacid, int second = 0, bool byUser = true, string? payload = null) => Value("calls",
        $$$$"""
        "contacts":[{"profile":{"name":"Carla"},"wa_id":"4915112345678","user_id":"DE.77"}],
        "calls":[{"id":"{{{{wacid}}}}",{{{{Ends(byUser)}}}},"event":"call_created","timestamp":"{{{{Seconds(second)}}}}"{{{{(payload is null ? "" : $",\"cta_payload\":\"{payload}\"")}}}}}]
        """);

    public static string Terminate(string wacid = Wacid, int second = 30, bool byUser = true, int? duration = null, int? error = null) => Value("calls",
        $$$$"""
        "calls":[{"id":"{{{{wacid}}}}",{{{{Ends(byUser)}}}},"event":"terminate","timestamp":"{{{{Seconds(second)}}}}","status":"{{{{(error is null ? "COMPLETED" : "FAILED")}}}}"
          {{{{(duration is null ? "" : $",\"start_time\":\"{Seconds(second - duration.Value)}\",\"end_time\":\"{Seconds(second)}\",\"duration\":{duration}")}}}}}]
        {{{{(error is null ? "" : $$$$"""
          ,"errors":[{"code":{{{{error}}}},"message":"Media error","href":"https://example.org","error_data":{"details":"No media was received"}}]
          """)}}}}
        """);

    public static string Failed(string message, int code = 131026) => Value("messages",
        $$$$"""
        "statuses":[{"id":"{{{{message}}}}","status":"failed","timestamp":"{{{{Seconds(5)}}}}","recipient_id":"4915112345678",
          "errors":[{"code":{{{{code}}}},"title":"Message undeliverable"}]}]
        """);

    public static string Status(string message, string status) => Value("messages",
        $$$$"""
        "statuses":[{"id":"{{{{message}}}}","status":"{{{{status}}}}","timestamp":"{{{{Seconds(5)}}}}","recipient_id":"4915112345678"}]
        """);

    public static string Voicemail(string wacid = Wacid) => Value("messages",
        $$$$"""
        "contacts":[{"profile":{"name":"Carla"},"wa_id":"4915112345678"}],
        "messages":[{"from":"4915112345678","id":"{{{{wacid}}}}","timestamp":"{{{{Seconds(60)}}}}","type":"audio","audio":{"id":"media-9","mime_type":"audio/ogg"}}]
        """);

    public static string Restriction => Change("account_update",
        """{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BUSINESS_INITIATED_CALLING","expiration":"1795000000"}]}""");

    public static string Settings => Change("account_settings_update",
        $$$$"""
        {"messaging_product":"whatsapp","timestamp":"{{{{Seconds(0)}}}}","type":"phone_number_settings",
         "phone_number_settings":{"phone_number_id":"{{{{PhoneNumberId}}}}","calling":{"status":"ENABLED","srtp_key_exchange_protocol":"SDES"}}}
        """);

    public static string Change(string field, string value) =>
        $$$$"""{"object":"whatsapp_business_account","entry":[{"id":"{{{{BusinessAccountId}}}}","time":{{{{Seconds(0)}}}},"changes":[{"field":"{{{{field}}}}","value":{{{{value}}}}}]}]}""";

    public static byte[] Bytes(string payload) => Encoding.UTF8.GetBytes(payload);

    public static string Signature(byte[] body, string secret = AppSecret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    public static string Seconds(int after) => Example.Noon.AddSeconds(after).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Value(string field, string inner) => Change(field,
        $$$$"""{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001000","phone_number_id":"{{{{PhoneNumberId}}}}"},{{{{inner}}}}}""");

    private static string Ends(bool byUser) => byUser
        ? "\"from\":\"4915112345678\",\"from_user_id\":\"DE.77\",\"to\":\"15550001000\",\"direction\":\"USER_INITIATED\""
        : "\"from\":\"15550001000\",\"to\":\"4915112345678\",\"direction\":\"BUSINESS_INITIATED\"";
}
