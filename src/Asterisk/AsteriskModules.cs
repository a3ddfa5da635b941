using System.Collections.Immutable;

namespace Ringway.Asterisk;

/// <summary>
/// The modules that an Asterisk of ours loads, grouped by what they are for. A test starts with exactly these and expects
/// a log without a warning, so a name that is missing here shows.
/// </summary>
public static class AsteriskModules
{
    /// <summary>What anything stands on.</summary>
    public static ImmutableArray<string> Ground { get; } =
    [
        "pbx_config",                   // extensions.conf
        "res_timing_timerfd",           // the 20 ms beat of playback, silence and mixing
        "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb",
        "res_crypto", "res_http_websocket", "res_websocket_client",
        "res_pjproject",
    ];

    /// <summary>SIP over TLS, TCP and WebSocket; calls, registration, digest both ways.</summary>
    public static ImmutableArray<string> Sip { get; } =
    [
        "res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "chan_pjsip",
        "res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
        "res_pjsip_endpoint_identifier_user", "res_pjsip_endpoint_identifier_ip", // the latter also matches request URI and header
        "res_pjsip_registrar", "res_pjsip_path", "res_pjsip_nat", "res_pjsip_caller_id", "res_pjsip_rfc3326",
        "res_pjsip_header_funcs", "res_pjsip_dtmf_info", "res_pjsip_empty_info", "res_pjsip_logger", "res_pjsip_sdp_rtp",
        "res_pjsip_transport_websocket", "res_pjsip_maintenance", "res_pjsip_dlg_options",
        "func_pjsip_aor", "func_pjsip_contact", "func_pjsip_endpoint",
        "res_resolver_unbound",         // pjsip asks DNS through it; without it by a blocking call of the C library
    ];

    public static ImmutableArray<string> Media { get; } =
    [
        "res_rtp_asterisk", "res_srtp", "res_format_attr_opus",
        "codec_opus_open_source", "codec_resample", "codec_ulaw", "codec_alaw", "codec_a_mu",
        "format_sln", "format_wav", "format_pcm", "format_ogg_opus_open_source",
        "bridge_simple", "bridge_softmix", "bridge_holding", "bridge_native_rtp",
        "chan_bridge_media",            // playing into and recording from a bridge
        "res_musiconhold", "res_tonedetect",
    ];

    /// <summary>The REST interface with every resource that 22.10 has.</summary>
    public static ImmutableArray<string> Ari { get; } =
    [
        "res_stasis", "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop", "res_stasis_device_state",
        "res_ari", "res_ari_model", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels",
        "res_ari_device_states", "res_ari_endpoints", "res_ari_events", "res_ari_playbacks", "res_ari_recordings", "res_ari_sounds",
        "app_stasis",
    ];

    /// <summary>Applications and functions that our dialplans and channel variables use.</summary>
    public static ImmutableArray<string> Dialplan { get; } =
    [
        "app_dial", "app_echo", "app_playback", "app_playtones", "app_stack", "app_verbose", "app_senddtmf", "app_read",
        "app_mixmonitor", "app_chanspy", // the second for the first's func_periodic_hook
        "func_callerid", "func_channel", "func_global", "func_logic", "func_math", "func_rand",
        "func_strings", "func_cut", "func_timeout", "func_hangupcause",
        "func_periodic_hook", "func_groupcount", "func_uri", "func_talkdetect", "func_jitterbuffer", "func_volume",
    ];

    /// <summary>Sound over a WebSocket to a program; where there is one.</summary>
    public const string Bots = "chan_websocket";

    /// <summary>All of them: the switch's and the handsets' Asterisk differ in configuration, not in modules.</summary>
    public static ImmutableArray<string> Standard { get; } = [.. Ground, .. Sip, .. Media, .. Ari, .. Dialplan];
}
