namespace ClosedDoor.Domain;

/// <summary>One entry of a national code list: its code, and its names in Chinese and English.</summary>
public sealed record CodeEntry(string Code, string Zh, string En);
