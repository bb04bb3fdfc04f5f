namespace ClosedDoor.Domain;

/// <summary>How a company and a hospital mean to work together (合作模式).</summary>
public enum CooperationModel
{
    /// <summary>联合运营.</summary>
    JointOperation,

    /// <summary>第三方服务.</summary>
    ThirdPartyService,

    /// <summary>传统的买卖关系. Buying itself goes the regular way (采购还都得按正规流程走), outside of this product.</summary>
    PlainSale,

    /// <summary>课题合作.</summary>
    ResearchProject,

    /// <summary>专科共建, 技术培训.</summary>
    TrainingAndSupport,
    Other,
}

public static class CooperationModelNames
{
    /// <summary>As people say it.</summary>
    public static Text Of(CooperationModel model) =>
        model switch
        {
            CooperationModel.JointOperation => new("联合运营", "joint operation"),
            CooperationModel.ThirdPartyService => new("第三方服务", "third-party service"),
            CooperationModel.PlainSale => new("传统买卖", "plain sale"),
            CooperationModel.ResearchProject => new("课题合作", "research project"),
            CooperationModel.TrainingAndSupport => new("专科共建与培训", "training and support"),
            _ => new("其他", "other"),
        };
}
