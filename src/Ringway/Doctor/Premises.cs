using System.Net;
using Ringway.Asterisk;
using Ringway.Options;
using Ringway.Switch;

namespace Ringway.Doctor;

/// <summary>The installation that is looked at: what is configured, where it lies, what runs of it.</summary>
public sealed record Premises
{
    /// <summary>Complete, see <see cref="Demo.FillWithDemo"/>.</summary>
    public required RingwayOptions Options { get; init; }

    public required Secrets Secrets { get; init; }

    /// <summary>What would be written into Asterisk's files now.</summary>
    public required SwitchConfiguration Switch { get; init; }

    public required AsteriskFolders Folders { get; init; }

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>Where ringway's pages are from this machine.</summary>
    public required Uri Page { get; init; }

    /// <summary>The ringway that runs on the data folder; null when none does.</summary>
    public int? RingwayPid { get; init; }

    /// <summary>The Asterisk that runs from the data folder; null when none does.</summary>
    public int? AsteriskPid { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Of our own development authority; trusted instead of the public ones where the simulator plays WhatsApp.</summary>
    public string DevelopmentCa => new HostPaths(Data, "").DevelopmentCa;

    public string Database => new HostPaths(Data, "").Database;

    /// <summary>Where the trunk listens, as reached from this machine.</summary>
    public IPEndPoint TrunkHere => new(
        Options.Trunk.Bind.Equals(IPAddress.Any) ? IPAddress.Loopback
        : Options.Trunk.Bind.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : Options.Trunk.Bind,
        Options.Trunk.Port);
}
