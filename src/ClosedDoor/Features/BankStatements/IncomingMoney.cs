using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Money that came in on our account, as the bank tells of it.</summary>
/// <param name="Serial">The bank's; <c>row:</c> and a hash where it gives none.</param>
/// <param name="Amount">Fen, above zero.</param>
/// <param name="Beside">What else the row says that tells it from its like: the time of day, the balance.</param>
sealed record IncomingMoney(
    string Serial,
    long Amount,
    LocalDate ReceivedOn,
    string PayerName,
    string? PayerAccount,
    string Remark,
    string Beside = ""
)
{
    public bool HasBankSerial => IsBanks(Serial);

    /// <summary>Whether the bank has given this serial; we have, where it gave none.</summary>
    public static bool IsBanks(string serial) => !serial.StartsWith(MoneyReceived.OwnSerial, StringComparison.Ordinal);

    /// <summary>The serial of the <paramref name="number"/>th row of a file that says just this.</summary>
    public string SerialOfRow(int number)
    {
        var row = SHA256.HashData(Encoding.UTF8.GetBytes($"{RowKey}\n{number}"));
        return $"{MoneyReceived.OwnSerial}{Convert.ToHexStringLower(row.AsSpan(0, 20))}";
    }

    /// <summary>What rows without a serial are told apart by.</summary>
    public string RowKey =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ReceivedOn:yyyy-MM-dd}\n{Amount}\n{ClosedDoor.Domain.PayerName.Folded(PayerName)}\n{PayerAccount}\n{Remark}\n{Beside}"
        );

    /// <param name="account">Our own, on which it came in.</param>
    public MoneyReceived ToReceived(string account) =>
        new(PaymentMethod.BankTransfer, account, Serial, Amount, PayerName, PayerAccount, ReceivedOn);
}
