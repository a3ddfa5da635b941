namespace Ringway.WhatsApp.Permissions;

/// <summary>Meta, as far as permissions go: asked what holds, and asked to ask the user.</summary>
public interface ICallPermissionSource
{
    /// <summary>Whether Meta's Graph API has a part in the line.</summary>
    bool Knows(string line);

    /// <exception cref="MetaRefusedException">Meta refused, or could not be asked.</exception>
    Task<MetaPermission> CheckAsync(string line, WhatsAppUser user, CancellationToken ct);

    /// <summary>Sends a request: with a template's name that one, else a free-form message.</summary>
    /// <returns>Meta's id of the message.</returns>
    /// <exception cref="MetaRefusedException">Meta refused, or could not be asked.</exception>
    Task<string> AskAsync(string line, WhatsAppUser user, string? text, AskTemplate? template, CancellationToken ct);

    /// <summary>Sends a button by which the user calls us.</summary>
    /// <exception cref="MetaRefusedException">Meta refused, or could not be asked.</exception>
    Task<string> SendButtonAsync(string line, WhatsAppUser user, string text, string button, string? payload, CancellationToken ct);
}

/// <summary>A message that Meta has approved, with a request for permission in it.</summary>
/// <param name="Language">As it was approved: <c>en</c>, <c>en_US</c>.</param>
public sealed record AskTemplate(string Name, string Language);

/// <summary>Meta refused something; the message is for people: cause and cure.</summary>
/// <param name="code">Meta's error code, 0 when no answer came.</param>
public sealed class MetaRefusedException(int code, string message, Exception? inner = null) : Exception(message, inner)
{
    public const int AskLimit = 138009;
    public const int AlreadyPermanent = 138017;

    public int Code => code;
}
