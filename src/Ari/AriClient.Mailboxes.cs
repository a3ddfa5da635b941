namespace Ringway.Ari;

/// <remarks>
/// The mailboxes need res_stasis_mailbox and res_ari_mailboxes, which exclude app_voicemail and which Debian does not build: there each
/// of these fails with <see cref="AriException.IsMissingModule"/>.
/// </remarks>
public sealed partial class AriClient
{
    public async Task<IReadOnlyList<Mailbox>> ListMailboxesAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "mailboxes"), AriJsonContext.Default.MailboxArray, ct);

    /// <summary>How many messages a mailbox has; null when there is no such mailbox.</summary>
    public Task<Mailbox?> GetMailboxAsync(string mailbox, CancellationToken ct = default) =>
        FindAsync(new("GET", "mailboxes/{mailboxName}", mailbox), AriJsonContext.Default.Mailbox, ct);

    /// <summary>Says how many messages a mailbox has, and with it lights the lamps; a mailbox that is not there is made.</summary>
    public Task SetMailboxAsync(string mailbox, int oldMessages, int newMessages, CancellationToken ct = default) => SendAsync(
        new AriRequest("PUT", "mailboxes/{mailboxName}", mailbox).With("oldMessages", oldMessages).With("newMessages", newMessages), ct);

    /// <summary>Takes a mailbox away; success when it is gone already.</summary>
    public Task DeleteMailboxAsync(string mailbox, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "mailboxes/{mailboxName}", mailbox), ct);
}
