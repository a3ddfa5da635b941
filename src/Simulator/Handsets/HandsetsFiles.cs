using System.Globalization;
using Ringway.Asterisk;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Handsets;

/// <summary>Configuration of the second Asterisk, in which the phones of all WhatsApp users live.</summary>
public static class HandsetsFiles
{
    /// <summary>The Stasis application, and ARI's user.</summary>
    public const string Application = "handsets";

    /// <summary>Realm and domain of the pages' accounts.</summary>
    public const string Realm = "handsets";

    /// <summary>First argument of the application: an edge leg of a call of the business; its call id follows.</summary>
    public const string FromEdge = "from-edge";

    /// <summary>First argument of the application: a page dials; the number follows.</summary>
    public const string FromPage = "from-page";

    /// <summary>A number, or a user id such as <c>US.1349…</c>. Nothing broader: a pattern that matches <c>h</c> too runs once
    /// more when the call has ended.</summary>
    private static readonly string[] AnyUser = ["_+X!", "_[A-Z][A-Z][.]!"];

    /// <param name="password">Of ARI's user.</param>
    public static void Write(SimulatorOptions options, AsteriskFolders folders, PackageTree tree, string password)
    {
        folders.Create();
        ConfFile[] files =
        [
            CommonFiles.AsteriskConf(folders, tree, "handsets"),
            // Scripted users speak and listen through external media; chan_rtp does not load without the multicast module (22.10.1).
            CommonFiles.Modules([.. AsteriskModules.Standard, "chan_rtp", "res_rtp_multicast"]),
            CommonFiles.Logger(),
            CommonFiles.Http(options.Address.ToString(), options.HandsetsHttpPort),
            CommonFiles.Ari(Application, password),
            CommonFiles.Rtp(options.RtpPorts.First, options.RtpPorts.Last),
            CommonFiles.Sorcery(),
            CommonFiles.MusicOnHold(folders.Etc),
            CommonFiles.Resolver(folders.Etc),
            .. CommonFiles.Bystanders(),
            Pjsip(options),
            Dialplan(),
        ];
        CommonFiles.WriteHosts(folders.Etc, []);
        CommonFiles.WriteHoldSound(folders.Etc);
        foreach (var file in files) file.Write(folders.Etc);
    }

    private static ConfFile Pjsip(SimulatorOptions options)
    {
        var file = new ConfFile("pjsip.conf", "The edge on one side, the handsets' pages on the other; pages are pushed into memory.");
        file.Begin("global")
            .Set("type", "global")
            .Set("user_agent", "WhatsApp handsets")
            .Set("endpoint_identifier_order", "username", "the edge and each page by the From user")
            .Set("default_realm", Realm);
        file.Begin("edge", "Plain TCP: it never leaves this machine.")
            .Set("type", "transport").Set("protocol", "tcp").Set("bind", $"{options.Address}:{Number(options.HandsetsSipPort)}");
        file.Begin("pages").Set("type", "transport").Set("protocol", "ws").Set("bind", options.Address.ToString());

        file.Begin("edge-leg", "What both kinds of legs to the edge have in common.", template: true)
            .Set("type", "endpoint")
            .Set("transport", "edge")
            .Set("context", FromEdge)
            .Set("disallow", "all").Set("allow", "opus")
            .Set("direct_media", false).Set("timers", false)
            .Set("send_connected_line", false).Set("send_rpid", false).Set("send_pai", false).Set("trust_id_inbound", false)
            .Set("rewrite_contact", false)
            .Set("rtp_symmetric", true)
            .Set("dtmf_mode", "rfc4733")
            .Set("100rel", false)
            .Set("allow_transfer", false).Set("allow_subscribe", false)
            .Set("max_video_streams", 0);
        file.Begin(InnerLeg.Endpoint(MediaMode.Sdes), "Keys in the SDP.", from: ["edge-leg"])
            .Set("media_encryption", "sdes").Set("media_use_received_transport", true).Set("bundle", true).Set("ice_support", false);
        file.Begin(InnerLeg.Endpoint(MediaMode.Dtls), "DTLS-SRTP without ICE, which ends at the edge's relay.", from: ["edge-leg"])
            .Set("media_encryption", "dtls").Set("use_avpf", true).Set("rtcp_mux", true).Set("bundle", true).Set("ice_support", false)
            .Set("media_use_received_transport", true)
            .Set("dtls_auto_generate_cert", true).Set("dtls_verify", "fingerprint").Set("dtls_setup", "actpass");
        return file;
    }

    private static ConfFile Dialplan()
    {
        var file = new ConfFile("extensions.conf", "Everything goes to the simulator.");
        file.Begin("general").Set("static", true).Set("writeprotect", true);
        var fromEdge = file.Begin(FromEdge);
        foreach (var user in AnyUser)
            fromEdge.Arrow("exten", $"{user},1,Stasis({Application},{FromEdge},${{PJSIP_HEADER(read,{InnerLeg.CallHeader})}})").Arrow("same", "n,Hangup(38)");
        file.Begin(FromPage).Arrow("exten", $"{AnyUser[0]},1,Stasis({Application},{FromPage},${{EXTEN}})").Arrow("same", "n,Hangup(38)");
        return file;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
