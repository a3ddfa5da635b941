using System.Security.Cryptography;
using System.Text;

namespace Ringway.Simulator.Edge;

/// <summary>WhatsApp's call id. The form was decoded from seven samples of Meta's pages; a gateway must not read it.</summary>
public static class Wacid
{
    /// <param name="byUser">True when the WhatsApp user called.</param>
    public static string New(string user, string business, bool byUser)
    {
        byte[] bytes =
        [
            0x1C, .. Text(user.TrimStart('+')), 0x15, 0x02, 0x00, byUser ? (byte)0x12 : (byte)0x11,
            .. Text(RandomNumberGenerator.GetHexString(32)), 0x1C, .. Text(business.TrimStart('+')), 0x15, 0x02, 0x00, 0x00,
        ];
        return "wacid." + Convert.ToBase64String(bytes);
    }

    private static byte[] Text(string text) => [0x18, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
