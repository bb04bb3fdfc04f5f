namespace ClosedDoor.Platform.Http;

/// <summary>Money on the wire, in minor units: <c>{"amount": 3880000, "currency": "CNY"}</c> is ¥38,800.00.</summary>
public sealed record MoneyView(long Amount, string Currency);
