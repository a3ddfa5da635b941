namespace Ringway.Switch;

/// <summary>
/// A signed-in agent's line: three PJSIP objects that ringway pushes through ARI (class <c>res_pjsip</c>) into Asterisk's
/// memory at sign-in and takes away at sign-out. Create in the order given, delete in reverse (Asterisk:
/// ARI-Push-Configuration).
/// </summary>
public static class AgentEndpoint
{
    /// <summary>The realm that the digest is made for; the page's <c>registrar</c> is <c>sip:ringway</c>.</summary>
    public const string Realm = "ringway";

    /// <summary>One object to push: <c>PUT asterisk/config/dynamic/res_pjsip/{Type}/{id}</c>.</summary>
    public sealed record PushedObject(string Type, string Id, IReadOnlyDictionary<string, string> Fields);

    /// <param name="user">Endpoint, AOR and SIP user in one: <c>{agent}-{random}</c>.</param>
    /// <param name="password">128 random bits, for this sign-in alone.</param>
    /// <param name="agentName">Display name of the agent's own calls; never shown to WhatsApp.</param>
    public static IReadOnlyList<PushedObject> Fields(string user, string password, string agentName) =>
    [
        new("auth", user, new Dictionary<string, string>
        {
            ["auth_type"] = "digest",
            ["username"] = user,
            ["password"] = password,
            ["realm"] = Realm,
        }),
        new("aor", user, new Dictionary<string, string>
        {
            // The newest registration wins: a reloaded page takes its line back at once.
            ["max_contacts"] = "1",
            ["remove_existing"] = "yes",
            // The registration goes with its WebSocket; these two find a browser that vanished without closing it.
            ["qualify_frequency"] = "15",
            ["qualify_timeout"] = "3",
            ["minimum_expiration"] = "30",
            ["default_expiration"] = "120",
            ["maximum_expiration"] = "600",
        }),
        new("endpoint", user, new Dictionary<string, string>
        {
            ["transport"] = "phones",
            ["context"] = SwitchFiles.AgentContext,
            ["auth"] = user,
            ["aors"] = user,
            // DTLS-SRTP, ICE, rtcp-mux, BUNDLE, AVPF and a certificate of the moment, all in one.
            ["webrtc"] = "yes",
            // Opus and nothing else: whatever else is offered gets chosen, and every call is transcoded.
            ["disallow"] = "all",
            ["allow"] = "opus",
            ["direct_media"] = "no",
            ["allow_transfer"] = "no", // Transfers are ringway's; REFER can crash 22.10.1 (asterisk issue 2021).
            ["allow_subscribe"] = "no",
            ["trust_id_inbound"] = "no",
            ["send_connected_line"] = "no",
            ["callerid"] = $"{Quoted(agentName)} <{user}>",
            ["max_audio_streams"] = "1",
            ["max_video_streams"] = "0",
            ["rtp_timeout"] = "30",
            ["timers"] = "no",
            ["dtmf_mode"] = "rfc4733",
        }),
    ];

    /// <summary>A quoted string of RFC 3261 section 25.1 without what it would have to escape.</summary>
    private static string Quoted(string name) =>
        "\"" + string.Concat(name.Where(c => !char.IsControl(c) && c is not ('"' or '\\' or '<' or '>' or ';'))) + "\"";
}
