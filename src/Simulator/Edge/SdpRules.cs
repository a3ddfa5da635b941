namespace Ringway.Simulator.Edge;

/// <summary>What Meta demands of the business' SDP (Meta, Calling: SIP and Integration patterns). Pure.</summary>
public static class SdpRules
{
    /// <summary>All faults; a fatal one ends the call when its rule is on.</summary>
    public static IEnumerable<(Rule Rule, string How, bool Fatal)> Judge(AudioDescription? audio, MediaMode mode, bool isAnswer)
    {
        if (audio is null)
        {
            yield return (MetaRules.Srtp, "no SDP with audio", true);
            yield break;
        }
        if (audio.Address.Port == 0) yield return (MetaRules.Opus, "audio is refused (port 0)", true);
        if (mode == MediaMode.Sdes && KeysInSdp(audio) is { } keys) yield return (MetaRules.Srtp, keys, true);
        if (mode == MediaMode.Dtls && Fingerprint(audio, isAnswer) is { } fingerprint) yield return (MetaRules.Srtp, fingerprint, true);
        if (audio.Opus is null) yield return (MetaRules.Opus, $"codecs are {string.Join(", ", audio.Codecs.Select(c => c.Name))}", true);
        if (audio.Ssrcs.Count > 1) yield return (MetaRules.OneSsrc, $"{audio.Ssrcs.Count} SSRCs in the SDP", true);
        if (audio.PtimeMs is { } ms && ms != 20) yield return (MetaRules.Ptime, $"ptime {ms}", false);
        if (audio.Codecs.Any(c => c.IsTelephoneEvent) && audio.Digits is null) yield return (MetaRules.DigitsClock, "telephone-event, but not at 8000 Hz", false);
    }

    private static string? KeysInSdp(AudioDescription audio)
    {
        if (audio.Protocol is not ("RTP/SAVP" or "RTP/SAVPF")) return $"protocol is {audio.Protocol}, the number is set to SDES";
        return audio.Cryptos.Count == 0 ? "no a=crypto" : null;
    }

    private static string? Fingerprint(AudioDescription audio, bool isAnswer)
    {
        if (audio.Protocol != "UDP/TLS/RTP/SAVPF") return $"protocol is {audio.Protocol}, the number is set to DTLS";
        if (audio.Fingerprints.Count == 0) return "No fingerprint found in SDP";
        if (audio.Fingerprints.Count > 1) return "several fingerprints";
        if (!audio.Fingerprints[0].StartsWith("sha-256 ", StringComparison.OrdinalIgnoreCase)) return $"fingerprint {audio.Fingerprints[0].Split(' ')[0]}";
        if (audio.IceUfrag is null || audio.IcePassword is null) return "no ICE credentials";
        return isAnswer && audio.Setup is not ("active" or "passive") ? $"setup:{audio.Setup} in an answer" : null;
    }
}
