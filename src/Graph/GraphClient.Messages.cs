namespace Ringway.Graph;

public sealed partial class GraphClient
{
    /// <summary>Asks the user whether we may call. Only within 24 hours of the user's last message or call; else by template.</summary>
    /// <param name="user"><c>+digits</c>, digits, or a business-scoped id.</param>
    public Task<SentMessage> RequestCallPermissionAsync(string phoneNumberId, string user, string? text, CancellationToken ct) => SendMessageAsync(
        phoneNumberId, user, new MessageRequest
        {
            Type = "interactive",
            Interactive = new Interactive(
                "call_permission_request", text is { Length: > 0 } ? new TextBody(text) : null, new InteractiveAction("call_permission_request")),
        }, ct);

    /// <param name="language"><c>en</c>, <c>en_US</c>: as the template was approved.</param>
    public Task<SentMessage> SendTemplateAsync(string phoneNumberId, string user, string template, string language, CancellationToken ct) => SendMessageAsync(
        phoneNumberId, user, new MessageRequest { Type = "template", Template = new Template(template, new TemplateLanguage(language)) }, ct);

    /// <summary>Sends a button that calls us.</summary>
    /// <param name="button">At most 20 characters.</param>
    /// <param name="payload">Comes back in the headers of the call; at most 512 characters.</param>
    /// <param name="ttl">How long the button works, a minute to 30 days; null is Meta's 7 days.</param>
    public Task<SentMessage> SendCallButtonAsync(
        string phoneNumberId, string user, string text, string button, string? payload, TimeSpan? ttl, CancellationToken ct) => SendMessageAsync(
        phoneNumberId, user, new MessageRequest
        {
            Type = "interactive",
            Interactive = new Interactive(
                "voice_call", new TextBody(text), new InteractiveAction("voice_call", new ButtonParameters(button, (int?)ttl?.TotalMinutes, payload))),
        }, ct);

    private async Task<SentMessage> SendMessageAsync(string phoneNumberId, string user, MessageRequest message, CancellationToken ct)
    {
        var (number, id) = Addressed(user);
        var answer = await SendAsync(
            new GraphRequest(HttpMethod.Post, "{phone-number-id}/messages", phoneNumberId) { Unsaid = number }
                .With(message with { To = number, Recipient = id }, GraphJson.Default.MessageRequest),
            GraphJson.Default.MessageAnswer, ct);
        var contact = answer.Contacts?.FirstOrDefault();
        return new SentMessage(answer.Messages?.FirstOrDefault()?.Id ?? "", contact?.WaId, contact?.UserId);
    }
}
