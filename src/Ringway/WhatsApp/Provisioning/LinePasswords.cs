using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ringway.Options;

namespace Ringway.WhatsApp.Provisioning;

/// <summary>Where a line's SIP password comes from: what the operator wrote, what Meta told, or what the simulator shall take for one.</summary>
public static class LinePasswords
{
    /// <summary>Fills what ringway.yaml leaves open. After <see cref="Demo.FillWithDemo"/>.</summary>
    /// <exception cref="ConfigurationException">A line has no password from anywhere.</exception>
    public static RingwayOptions FillWithPasswords(this RingwayOptions options, Secrets secrets, NumbersFile numbers)
    {
        var lines = options.Lines.Select(line => line with { Password = Of(line, options, secrets, numbers) ?? new Secret("") }).ToImmutableArray();
        var faults = lines.Select((line, at) => (line, at)).Where(it => it.line.Password.Reveal().Length == 0).Select(it => new Fault(
            $"lines[{it.at}].password",
            $"line {it.line.Id} has no SIP password yet: run `ringway whatsapp apply --line {it.line.Id}`, which fetches it from Meta", null)).ToList();
        return faults.Count == 0 ? options with { Lines = lines } : throw new ConfigurationException(faults);
    }

    private static Secret? Of(LineOptions line, RingwayOptions options, Secrets secrets, NumbersFile numbers) =>
        line.Password.Reveal().Length > 0 && !line.IsDemo ? line.Password // the operator's word
        : line.PhoneNumberId is { } id && numbers.Password(id) is { } fetched ? fetched
        : line.IsDemo ? line.Password
        : options.WithSimulator ? Simulated(line, secrets)
        : null;

    /// <summary>The simulator and our trunk come to the same one without asking each other.</summary>
    private static Secret Simulated(LineOptions line, Secrets secrets) => new(Convert.ToHexStringLower(HMACSHA256.HashData(
        Convert.FromBase64String(secrets.Key), Encoding.UTF8.GetBytes("SIP password of " + line.Number.E164)))[..32]);
}
