namespace Ringway.Simulator.Edge;

/// <summary>What the edge and the handsets' Asterisk call each other. The Asterisk knows the edge by the From user.</summary>
public static class InnerLeg
{
    /// <summary>Names the call in INVITEs between edge and handsets.</summary>
    public const string CallHeader = "X-Simulator-Call";

    public static string Endpoint(MediaMode mode) => mode == MediaMode.Dtls ? "edge-dtls" : "edge-sdes";
}
