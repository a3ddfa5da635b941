using System.Text.Json.Serialization;

namespace Ringway.Ari;

/// <summary>
/// How a channel's sound fares. Numbers of packets and bytes are since the beginning; jitter and round trip are what RTCP knows, and
/// null (or 0) before its first report, about five seconds into the call. "Remote" is what the other side reports of what we send;
/// "normdev" is Asterisk's word for the mean.
/// </summary>
public sealed record RtpStatistics
{
    /// <summary>Packets sent.</summary>
    [JsonPropertyName("txcount")]
    public long TxCount { get; init; }

    /// <summary>Packets received.</summary>
    [JsonPropertyName("rxcount")]
    public long RxCount { get; init; }

    /// <summary>Seconds; as the other side reports it.</summary>
    [JsonPropertyName("txjitter")]
    public double? TxJitter { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("rxjitter")]
    public double? RxJitter { get; init; }

    [JsonPropertyName("remote_maxjitter")]
    public double? RemoteMaxJitter { get; init; }

    [JsonPropertyName("remote_minjitter")]
    public double? RemoteMinJitter { get; init; }

    [JsonPropertyName("remote_normdevjitter")]
    public double? RemoteNormDevJitter { get; init; }

    [JsonPropertyName("remote_stdevjitter")]
    public double? RemoteStDevJitter { get; init; }

    [JsonPropertyName("local_maxjitter")]
    public double? LocalMaxJitter { get; init; }

    [JsonPropertyName("local_minjitter")]
    public double? LocalMinJitter { get; init; }

    [JsonPropertyName("local_normdevjitter")]
    public double? LocalNormDevJitter { get; init; }

    [JsonPropertyName("local_stdevjitter")]
    public double? LocalStDevJitter { get; init; }

    /// <summary>Packets of ours that the other side misses.</summary>
    [JsonPropertyName("txploss")]
    public long TxPacketLoss { get; init; }

    /// <summary>Packets that we miss.</summary>
    [JsonPropertyName("rxploss")]
    public long RxPacketLoss { get; init; }

    [JsonPropertyName("remote_maxrxploss")]
    public double? RemoteMaxRxPacketLoss { get; init; }

    [JsonPropertyName("remote_minrxploss")]
    public double? RemoteMinRxPacketLoss { get; init; }

    [JsonPropertyName("remote_normdevrxploss")]
    public double? RemoteNormDevRxPacketLoss { get; init; }

    [JsonPropertyName("remote_stdevrxploss")]
    public double? RemoteStDevRxPacketLoss { get; init; }

    [JsonPropertyName("local_maxrxploss")]
    public double? LocalMaxRxPacketLoss { get; init; }

    [JsonPropertyName("local_minrxploss")]
    public double? LocalMinRxPacketLoss { get; init; }

    [JsonPropertyName("local_normdevrxploss")]
    public double? LocalNormDevRxPacketLoss { get; init; }

    [JsonPropertyName("local_stdevrxploss")]
    public double? LocalStDevRxPacketLoss { get; init; }

    /// <summary>Seconds there and back.</summary>
    [JsonPropertyName("rtt")]
    public double? RoundTrip { get; init; }

    [JsonPropertyName("maxrtt")]
    public double? MaxRoundTrip { get; init; }

    [JsonPropertyName("minrtt")]
    public double? MinRoundTrip { get; init; }

    [JsonPropertyName("normdevrtt")]
    public double? NormDevRoundTrip { get; init; }

    [JsonPropertyName("stdevrtt")]
    public double? StDevRoundTrip { get; init; }

    [JsonPropertyName("local_ssrc")]
    public long LocalSsrc { get; init; }

    [JsonPropertyName("remote_ssrc")]
    public long RemoteSsrc { get; init; }

    /// <summary>Bytes sent.</summary>
    [JsonPropertyName("txoctetcount")]
    public long TxOctetCount { get; init; }

    /// <summary>Bytes received.</summary>
    [JsonPropertyName("rxoctetcount")]
    public long RxOctetCount { get; init; }

    [JsonPropertyName("channel_uniqueid")]
    public ChannelId Channel { get; init; }
}
