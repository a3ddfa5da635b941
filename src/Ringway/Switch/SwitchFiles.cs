using System.Globalization;
using Ringway.Asterisk;

namespace Ringway.Switch;

/// <summary>The switch's configuration files, made from one <see cref="SwitchConfiguration"/>; the same input gives the same text.</summary>
public static class SwitchFiles
{
    /// <summary>Where calls from WhatsApp enter the dialplan.</summary>
    public const string TrunkContext = "from-whatsapp";

    /// <summary>Where a request of an agent's phone enters it; nothing is reachable there.</summary>
    public const string AgentContext = "from-agents";

    /// <summary>What the doctor calls, by a Local channel; no call from outside leads here.</summary>
    public const string DoctorContext = "doctor";

    public const string EchoExtension = "echo";

    private const string BotsFile = "websocket_client.conf";

    /// <summary>All files but <c>asterisk.conf</c>, which belongs to the machine.</summary>
    /// <param name="etc">The folder that Asterisk will read them from.</param>
    public static IReadOnlyList<ConfFile> Of(SwitchConfiguration configuration, string etc) =>
    [
        CommonFiles.Modules(configuration.Bots.IsEmpty ? AsteriskModules.Standard : [.. AsteriskModules.Standard, AsteriskModules.Bots]),
        CommonFiles.Logger(),
        CommonFiles.Http("127.0.0.1", configuration.HttpPort),
        CommonFiles.Ari(configuration.Ari.User, configuration.Ari.Password),
        CommonFiles.Rtp(configuration.RtpPorts.First, configuration.RtpPorts.Last),
        CommonFiles.Sorcery(),
        CommonFiles.MusicOnHold(etc),
        CommonFiles.Resolver(etc),
        .. CommonFiles.Bystanders().Where(file => configuration.Bots.IsEmpty || file.Name != BotsFile),
        Pjsip(configuration),
        Dialplan(configuration),
        .. configuration.Bots.IsEmpty ? Array.Empty<ConfFile>() : [Bots(configuration), BotsChannel()],
    ];

    /// <summary>Writes everything that our own Asterisk needs into its folders.</summary>
    /// <returns>The names of the files whose text changed; a running Asterisk knows their old text.</returns>
    public static IReadOnlyList<string> Write(SwitchConfiguration configuration, AsteriskFolders folders, PackageTree tree)
    {
        folders.Create();
        return Write(configuration, folders.Etc, folders.Etc, [CommonFiles.AsteriskConf(folders, tree, configuration.Node)]);
    }

    /// <summary>Writes the files for an Asterisk that somebody else runs; its own asterisk.conf stays.</summary>
    /// <param name="directory">Where to; made when missing.</param>
    /// <param name="etc">Where that Asterisk will find them: the folder is copied there as it is.</param>
    /// <returns>The names of the files whose text changed.</returns>
    public static IReadOnlyList<string> Export(SwitchConfiguration configuration, string directory, string etc = "/etc/asterisk")
    {
        Directory.CreateDirectory(directory);
        return Write(configuration, directory, etc, []);
    }

    /// <summary>Writes the trunk's file alone, for an Asterisk that runs: <c>module reload res_pjsip.so</c> takes new passwords from it.</summary>
    /// <returns>Whether its text changed.</returns>
    public static bool WriteTrunk(SwitchConfiguration configuration, AsteriskFolders folders) => Pjsip(configuration).Write(folders.Etc);

    private static List<string> Write(SwitchConfiguration configuration, string directory, string etc, IEnumerable<ConfFile> more)
    {
        var changed = Of(configuration, etc).Concat(more).Where(file => file.Write(directory)).Select(file => file.Name).ToList();
        if (CommonFiles.WriteHosts(directory, configuration.WhatsApp.Address is { } address ? [(configuration.WhatsApp.Host, address)] : []))
            changed.Add("hosts");
        CommonFiles.WriteHoldSound(directory);
        return changed;
    }

    private static ConfFile Bots(SwitchConfiguration configuration)
    {
        var file = new ConfFile(BotsFile, "Programs that talk with callers; a WebSocket is opened for each call.");
        foreach (var bot in configuration.Bots)
        {
            var connection = file.Begin(bot.Id)
                .Set("type", "websocket_client").Set("connection_type", "per_call_config").Set("protocols", "media").Set("uri", bot.Url)
                .Set("connection_timeout", 2000, "milliseconds; the caller hears the ringing meanwhile").Set("reconnect_attempts", 1);
            if (bot.User is { } user) connection.Set("username", user).Set("password", bot.Password);
            if (bot.Url.StartsWith("wss:", StringComparison.Ordinal)) connection.Set("tls_enabled", true).Set("ca_list_file", "/etc/ssl/certs/ca-certificates.crt");
        }

        return file;
    }

    private static ConfFile BotsChannel()
    {
        var file = new ConfFile("chan_websocket.conf", "Sound over a WebSocket to a program.");
        file.Begin("global").Set("control_message_format", "json", "the older one tells nothing of the call");
        return file;
    }

    private static ConfFile Pjsip(SwitchConfiguration configuration)
    {
        var (peer, own) = (configuration.WhatsApp, configuration.Trunk);
        var file = new ConfFile("pjsip.conf", "The trunk to WhatsApp, one endpoint a business number. Agents' lines are not here: Ringway pushes them into memory.");

        file.Begin("global")
            .Set("type", "global")
            .Set("user_agent", "Ringway")
            .Set("endpoint_identifier_order", "request_uri,username", "a business number in the request URI is its line; otherwise the From user is an agent's line")
            .Set("ignore_uri_user_options", true, "Meta may send sip:+1555;tgrp=x@host when the number is configured so")
            .Set("default_realm", AgentEndpoint.Realm)
            .Set("keep_alive_interval", 30, "seconds between line breaks on open connections; proxies close idle ones after 60");

        var tls = file.Begin("trunk")
            .Set("type", "transport")
            .Set("protocol", "tls", "Meta speaks nothing else")
            .Set("bind", $"{own.Bind}:{own.Port.ToString(CultureInfo.InvariantCulture)}")
            .Set("method", "sslv23", "means TLS 1.2 or 1.3, nothing older (seen with openssl); without it 22.10 speaks TLS 1.0 only")
            .Set("cert_file", own.CertificateFile, "with its chain; renewed in place, then module reload res_pjsip.so")
            .Set("priv_key_file", own.KeyFile)
            .Set("ca_list_file", peer.CaFile)
            .Set("verify_server", true, "calls out: the peer's certificate and name are checked")
            .Set("verify_client", false, "Meta shows a certificate of a random name; PJSIP asks for one all the same, and with this it does not matter")
            .Set("require_client_cert", false)
            .Set("allow_wildcard_certs", true, "Meta's own Asterisk guide sets it")
            .Set("tcp_keepalive_enable", true);
        if (own.ExternalAddress is { } external)
        {
            tls.Set("external_signaling_address", external.ToString()).Set("external_media_address", external.ToString());
            foreach (var net in own.LocalNets)
                tls.Set("local_net", net);
        }

        file.Begin("phones", "The agents' pages. The listener is http.conf's; the address here is demanded and never opened.")
            .Set("type", "transport").Set("protocol", "ws").Set("bind", "127.0.0.1");

        file.Begin("line", "What all lines have in common.", template: true)
            .Set("type", "endpoint")
            .Set("transport", "trunk")
            .Set("context", TrunkContext)
            .Set("disallow", "all")
            .Set("allow", "opus", "WhatsApp's codec; offering more invites transcoding")
            .Set("direct_media", false, "no re-INVITE: Meta answers it with 500")
            .Set("timers", false, "a refresh would be a re-INVITE")
            .Set("send_connected_line", false, "an update would be a re-INVITE too")
            .Set("send_rpid", false)
            .Set("send_pai", false)
            .Set("trust_connected_line", false)
            .Set("rewrite_contact", false, "yes would rewrite Meta's Record-Route: its ACK never arrives and the call dies after 32 s")
            .Set("force_rport", true)
            .Set("rtp_symmetric", true, "answer where the audio comes from")
            .Set("dtmf_mode", "rfc4733")
            .Set("100rel", false)
            .Set("allow_transfer", false)
            .Set("allow_subscribe", false)
            .Set("max_video_streams", 0)
            .Set("rtp_timeout", 60, "seconds without audio from WhatsApp end the call; a phone that changes networks is back sooner");
        file.Begin("line-sdes", "Keys in the SDP.", template: true)
            .Set("media_encryption", "sdes")
            .Set("media_use_received_transport", true, "accepts SAVP and SAVPF alike")
            .Set("bundle", true, "gives rtcp-mux, which is all that Meta does, and keeps the SSRC when the source changes (asterisk issue 1535)")
            .Set("ice_support", false);
        file.Begin("line-dtls", "As with a browser: DTLS-SRTP, ICE, rtcp-mux, BUNDLE, a certificate of the moment (ECDSA P-256).", template: true)
            .Set("media_encryption", "dtls", "webrtc=yes would do it all, and answer an offer with keys in the SDP with 200 and silence")
            .Set("dtls_auto_generate_cert", true)
            .Set("dtls_verify", "fingerprint")
            .Set("dtls_setup", "actpass", "Meta's offer is actpass too: then we are the client, as it wants")
            .Set("use_avpf", true)
            .Set("ice_support", true)
            .Set("rtcp_mux", true)
            .Set("bundle", true);

        foreach (var line in configuration.Lines)
            AddLine(file, line, peer, own);
        return file;
    }

    private static void AddLine(ConfFile file, SwitchLine line, WhatsAppPeer peer, OwnTrunk own)
    {
        // One endpoint and one auth a number: of several auths with one realm only the first is used (pjsip_config.xml).
        file.Begin(line.Endpoint, line.Name, from: ["line", line.Media == MediaKeying.Sdes ? "line-sdes" : "line-dtls"])
            .Set("aors", line.Endpoint)
            .Set("auth", line.Endpoint, "calls in are challenged: a matching header alone is easily forged")
            .Set("outbound_auth", line.Endpoint + "-out")
            .Set("from_user", line.Number)
            .Set("from_domain", own.HostName, "must be the host name that Meta has for this number")
            .Set("contact_user", line.Number)
            .Set("identify_by", "request_uri")
            .Set("set_var", $"{SwitchConfiguration.LineVariable}={line.Id}");
        file.Begin(line.Endpoint)
            .Set("type", "aor")
            .Set("contact", $"sip:{peer.Host}{Port(peer)};transport=tls")
            .Set("qualify_frequency", 0, "Meta does not answer OPTIONS; a silent peer would take no call at all");
        file.Begin(line.Endpoint)
            .Set("type", "auth")
            .Set("auth_type", "digest")
            .Set("username", line.DigestUser, "Meta: the number without plus, both ways")
            .Set("password", line.SipPassword)
            .Set("realm", own.HostName);
        file.Begin(line.Endpoint + "-out")
            .Set("type", "auth")
            .Set("auth_type", "digest")
            .Set("username", line.DigestUser)
            .Set("password", line.SipPassword)
            .Set("realm", "*", "whatever the challenge says; today wa.meta.vc")
            .Set("supported_algorithms_uac", "SHA-256,MD5", "Meta sends both challenges since 2026");
        file.Begin(line.Endpoint)
            .Set("type", "identify")
            .Set("endpoint", line.Endpoint)
            .Set("match_request_uri", $"/^sip:[+]{line.DigestUser}[;@]/");
    }

    /// <summary>
    /// With a port no NAPTR or SRV record is asked for (RFC 3263 section 4.2): needed where the address is given and no
    /// DNS may be there. Without one the URI is exactly what Meta's examples show.
    /// </summary>
    private static string Port(WhatsAppPeer peer) =>
        peer is { Port: 5061, Address: null } ? "" : ":" + peer.Port.ToString(CultureInfo.InvariantCulture);

    private static ConfFile Dialplan(SwitchConfiguration configuration)
    {
        var file = new ConfFile("extensions.conf", "The safety net under Ringway: a caller is never left in silence, whoever is away.");
        var taken = Seconds(configuration.TakenWithin);
        var applications = configuration.Ari.CallApplications.ToString(CultureInfo.InvariantCulture);
        var (ring, longest) = (Seconds(configuration.RingTime), Seconds(configuration.LongestCall));

        file.Begin("general").Set("static", true).Set("writeprotect", true).Set("clearglobalvars", false, "a reload keeps what Ringway has set");
        file.Begin("globals")
            .Set(SwitchConfiguration.AgentsVariable, "", "who is signed in, as Dial wants it; kept by Ringway");

        var arriving = file.Begin(TrunkContext, "Calls from WhatsApp. Only our own numbers exist here.");
        foreach (var line in configuration.Lines)
            if (line.ReadsPayload)
                arriving
                    .Comment("What came with the user's button or link. Encoded, so that no comma of a caller's makes another argument.")
                    .Arrow("exten", $"{line.Number},1,Set({SwitchConfiguration.PayloadVariable}=${{URIENCODE(${{PJSIP_HEADER(read,x-wa-meta-cta-payload)}}${{PJSIP_HEADER(read,x-wa-meta-deeplink-payload)}})}})")
                    .Arrow("same", "n,Goto(arriving,${EXTEN},1)");
            else
                arriving.Arrow("exten", $"{line.Number},1,Goto(arriving,${{EXTEN}},1)");
        var payload = configuration.Lines.Any(line => line.ReadsPayload) ? $",${{{SwitchConfiguration.PayloadVariable}}}" : "";

        file.Begin("arriving")
            .Arrow("exten", $"_+X.,1,Set(TIMEOUT(absolute)={taken})")
            .Arrow("same", $"n,Stasis({SwitchConfiguration.ControlApplication}-${{RAND(1,{applications})}},inbound,${{{SwitchConfiguration.LineVariable}}}{payload})")
            .Comment("Here: Ringway is away, which Stasis says at once.")
            .Arrow("same", "n,Goto(net,1)")
            .Comment("The absolute timeout. Not answered: Ringway was given the call and did nothing. Answered: the longest call is over.")
            .Arrow("exten", """T,1,GotoIf($["${CHANNEL(state)}" = "Up"]?over)""")
            .Arrow("same", "n,Goto(net,1)")
            .Arrow("same", "n(over),Hangup(16)")
            .Comment("The net: ring everybody who is signed in.")
            .Arrow("exten", $"net,1,Set(TIMEOUT(absolute)={longest})")
            .Arrow("same", $"n,GotoIf($[\"${{GLOBAL({SwitchConfiguration.AgentsVariable})}}\" = \"\"]?nobody)")
            .Arrow("same", $"n,Dial(${{GLOBAL({SwitchConfiguration.AgentsVariable})}},{ring},b(agent-leg^net^1(${{UNIQUEID}})))")
            .Arrow("same", """n,Hangup(${IF($["${DIALSTATUS}" = "BUSY"]?17:19)})""")
            .Arrow("same", "n(nobody),Hangup(20)");

        file.Begin("agent-leg", "Runs on each agent's leg before it rings: the page sees which call it is, under the id that Ringway would give it.")
            .Arrow("exten", "net,1,Set(PJSIP_HEADER(add,X-Ringway-Call)=${STRREPLACE(ARG1,.,-)})")
            .Arrow("same", "n,Return()");

        file.Begin(AgentContext, "Agents dial through Ringway's API, never by SIP.");

        file.Begin(DoctorContext, "For `ringway doctor`, which calls it from inside.")
            .Arrow("exten", $"{EchoExtension},1,Answer()")
            .Arrow("same", "n,Echo()");
        return file;
    }

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
