namespace Ringway.Ari;

public sealed partial class AriClient
{
    /// <summary>The device states that ARI has set.</summary>
    public async Task<IReadOnlyList<DeviceState>> ListDeviceStatesAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "deviceStates"), AriJsonContext.Default.DeviceStateArray, ct);

    /// <summary>Any device's state, <c>PJSIP/ada</c> as well as <c>Stasis:desk</c>; one that nobody knows is <see cref="DeviceStates.Unknown"/>.</summary>
    public Task<DeviceState> GetDeviceStateAsync(string device, CancellationToken ct = default) =>
        SendAsync(new("GET", "deviceStates/{deviceName}", device), AriJsonContext.Default.DeviceState, ct);

    /// <summary>Sets a state of our own; hints and queues of the dialplan see it. It outlives Asterisk's restart.</summary>
    /// <param name="device">Must begin with <c>Stasis:</c>, else 409.</param>
    /// <param name="state">One of <see cref="DeviceStates"/>, not <c>UNKNOWN</c>; what is none of them is told with 500.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task SetDeviceStateAsync(string device, string state, CancellationToken ct = default) =>
        SendAsync(new AriRequest("PUT", "deviceStates/{deviceName}", device).With("deviceState", state), ct);

    /// <summary>Takes a state of ours back; success when there is none.</summary>
    public Task DeleteDeviceStateAsync(string device, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "deviceStates/{deviceName}", device), ct);
}
